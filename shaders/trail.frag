// A path's colour.
// HAS_VERTEX_DEPTH: depth comes with the vertices, so that what is hidden is never shaded.
// HAS_DASHES: parts of it are planned or synthetic.
// HAS_VERTEX_FADE: its points are so close in time that fading may be interpolated.
// HAS_PATHS: several paths, each with its own times, which come with the vertices; none has a gap.
// Bright behind the craft and fading with age, dim ahead of it, orange where an engine burns.
// u_span_s : seconds after the path's origin: now, start and end of the part that is shown
// u_edges_s : a gap's start and end (another path shows it finer), and the times over which the path comes up from
//     nothing at its start and goes down at its end
// u_fading : for past and future: seconds after which a path has faded; for both: to what part
// u_alpha : of the past and of the future, before fading; u_scale : pixels of the picture per logical pixel
// Within a few metres the line gives way to the craft itself.
// A kind above 10 is planned: dashes; above 20 synthetic: dots. Both keep their length on the picture at any distance.
#ifdef HAS_PATHS
varying vec2 v_age_inside_s;
#else
uniform vec3 u_span_s;
uniform vec4 u_edges_s;
#endif
uniform float u_half_width_px;
uniform float u_scale;
varying float v_time_s;
varying float v_kind;
varying vec3 v_colour;
#ifdef HAS_VERTEX_DEPTH
varying float v_across_px;
#else
varying float v_across_w;
varying float v_w;
varying float v_distance_km;
#include "common/depth.glsl"
#endif
#ifdef HAS_VERTEX_FADE
varying vec2 v_fade;
#else
uniform vec4 u_fading;
uniform vec2 u_alpha;
#include "common/trail_kind.glsl"
#include "common/trail_fade.glsl"
#endif

#ifdef HAS_DASHES
float dashes(float group, float s_per_px) {
  float wanted_px = (group > 1.5 ? 6.0 : 15.0) * u_scale;
  float period_s = exp2(ceil(log2(max(s_per_px, 1e-6) * wanted_px)));
  float period_px = period_s / max(s_per_px, 1e-6);
  float from_middle_px = abs(fract(v_time_s / period_s) - 0.5) * period_px;
  float half_px = (group > 1.5 ? 0.22 : 0.31) * period_px;
  return clamp(half_px - from_middle_px + 0.5, 0.0, 1.0);
}
#endif

void main() {
  // What lies across the edge is left before the rest is worked out.
#ifdef HAS_VERTEX_DEPTH
  float across_px = abs(v_across_px);
#else
  float across_px = abs(v_across_w / v_w);
#endif
  float edge = clamp(u_half_width_px + 0.5 - across_px, 0.0, 1.0);
#ifdef HAS_DASHES
  float s_per_px = length(vec2(dFdx(v_time_s), dFdy(v_time_s)));
#endif
#ifdef HAS_PATHS
  if (v_age_inside_s.y < 0.0 || edge <= 0.0) discard;
  bool is_past = v_age_inside_s.x >= 0.0;
#else
  if (v_time_s < u_span_s.y || v_time_s > u_span_s.z || edge <= 0.0) discard;
  if (v_time_s > u_edges_s.x && v_time_s < u_edges_s.y) discard;
  bool is_past = u_span_s.x >= v_time_s;
#endif
#ifdef HAS_VERTEX_FADE
  vec4 colour = vec4(v_colour, is_past ? v_fade.x : v_fade.y);
#else
  float is_burn = burns(v_kind);
  vec2 fades = trail_fade(v_time_s, u_span_s, u_edges_s.zw) * mix(u_alpha, BURN_ALPHA, is_burn);
  vec4 colour = vec4(mix(v_colour, BURN, is_burn), is_past ? fades.x : fades.y);
#endif
#ifndef HAS_VERTEX_DEPTH
  edge *= smoothstep(0.004, 0.03, v_distance_km);
#endif
#ifdef HAS_DASHES
  float group = floor(v_kind * 0.1 + 0.01);
  if (group > 0.5) edge *= dashes(group, s_per_px);
#endif
  gl_FragColor = vec4(colour.rgb, colour.a * edge);
#ifndef HAS_VERTEX_DEPTH
  gl_FragDepth = log_depth(v_distance_km) - 1e-6;
#endif
}
