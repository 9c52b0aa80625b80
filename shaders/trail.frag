// A path's colour: bright behind the craft and fading with age, dim ahead of it, orange where an engine burns.
// u_dawn_s : time over which the path comes up from nothing at its start
// u_now_s, u_start_s, u_end_s : seconds after the path's origin: now, and the part that is shown
// u_fade_s, u_floor : for past and future: time after which a path has faded, and to what part; u_colour_past, u_colour_future : straight alpha
// Within a few metres the line gives way to the craft itself; u_gap_s is left out, another path shows it finer.
// A kind above 10 is planned or schematic: dashed.
uniform float u_now_s;
uniform float u_start_s;
uniform float u_end_s;
uniform vec2 u_fade_s;
uniform vec2 u_floor;
uniform vec2 u_gap_s;
uniform float u_dawn_s;
uniform vec4 u_colour_past;
uniform vec4 u_colour_future;
uniform float u_half_width_px;
varying float v_time_s;
varying float v_kind;
varying float v_across_w;
varying float v_w;
varying float v_distance_km;

#include "common/depth.glsl"

const float DASH_S = 600.0;
const float ASCENT_DASH_S = 45.0;
const vec3 BURN = vec3(1.0, 0.58, 0.16);

void main() {
  if (v_time_s < u_start_s || v_time_s > u_end_s) discard;
  float kind = v_kind > 9.5 ? v_kind - 10.0 : v_kind;
  float dash_s = kind > 1.5 ? ASCENT_DASH_S : DASH_S;
  if (v_kind > 9.5 && fract(v_time_s / dash_s) > 0.6) discard;
  float age_s = u_now_s - v_time_s;
  if (v_time_s > u_gap_s.x && v_time_s < u_gap_s.y) discard;
  bool is_past = age_s >= 0.0;
  float fade_s = is_past ? u_fade_s.x : u_fade_s.y;
  float least = is_past ? u_floor.x : u_floor.y;
  float fade = least + (1.0 - least) * exp(-abs(age_s) / fade_s);
  vec4 colour = is_past ? u_colour_past : u_colour_future;
  colour.a *= fade * (u_dawn_s > 0.0 ? smoothstep(0.0, u_dawn_s, v_time_s - u_start_s) : 1.0);
  float is_burn = step(0.5, kind) * step(kind, 1.5);
  colour = mix(colour, vec4(BURN, (is_past ? 1.0 : 0.75) * fade), is_burn);
  float edge = clamp(u_half_width_px + 0.5 - abs(v_across_w / v_w), 0.0, 1.0);
  edge *= smoothstep(0.004, 0.03, v_distance_km);
  gl_FragColor = vec4(colour.rgb, colour.a * edge);
  gl_FragDepth = log_depth(v_distance_km) - 1e-6;
}
