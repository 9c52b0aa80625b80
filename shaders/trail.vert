// A path as a ribbon.
// HAS_VERTEX_DEPTH: segments are so short against their distance that depth may be interpolated.
// HAS_VERTEX_FADE: its points are so close in time that fading may be interpolated.
// HAS_PATHS: several paths, each with its own times.
// Each segment is a quad whose width is a number of pixels.
// a_here_high/low, a_there_high/low : this end and the other end relative to the anchor, km, split into two floats
// a_time_kind_side_end : seconds after the path's own origin; what kind the segment is of, see model/trails.py;
//     which edge, -1 or 1; 0 at the segment's first end, 1 at its last
// a_colour_path : sRGB; which of several paths it is
// u_paths : of each of several paths seconds after its origin: now, start and end of the part that is shown, 0; over how
//     long it comes up from nothing and goes down, 0, 0
// u_alpha : of the past and of the future, before fading
// v_age_inside_s : seconds until now, and how far inside of the part that is shown
// v_across_px : from the ribbon's middle
// u_camera_high/low : camera relative to the anchor, the path's axes, km; u_view_from_icrf : rotation from these
attribute vec3 a_here_high;
attribute vec3 a_here_low;
attribute vec3 a_there_high;
attribute vec3 a_there_low;
attribute vec4 a_time_kind_side_end;
attribute vec4 a_colour_path;
uniform vec3 u_camera_high;
uniform vec3 u_camera_low;
uniform mat3 u_view_from_icrf;
varying float v_time_s;
varying float v_kind;
varying vec3 v_colour;

// What stands on the ground is not drawn.
const float STANDS = 2.5;

#include "common/ribbon.glsl"
#include "common/trail_kind.glsl"
#ifdef HAS_VERTEX_DEPTH
#include "common/depth.glsl"
varying float v_across_px;
#endif
#ifdef HAS_PATHS
// Two for each of MOST_PATHS, see scene/visuals/trail_stays.py.
uniform vec4 u_paths[48];
varying vec2 v_age_inside_s;
#else
uniform vec3 u_span_s;
uniform vec4 u_edges_s;
#endif
#ifdef HAS_VERTEX_FADE
uniform vec4 u_fading;
uniform vec2 u_alpha;
varying vec2 v_fade;
#include "common/trail_fade.glsl"
#endif

void main() {
  vec3 here = u_view_from_icrf * ((a_here_high - u_camera_high) + (a_here_low - u_camera_low));
  vec3 there = u_view_from_icrf * ((a_there_high - u_camera_high) + (a_there_low - u_camera_low));
  v_time_s = a_time_kind_side_end.x;
#ifdef HAS_PATHS
  int path = 2 * int(a_colour_path.w + 0.5);
  vec3 span_s = u_paths[path].xyz;
  vec2 edges_s = u_paths[path + 1].xy;
  v_age_inside_s = vec2(span_s.x - v_time_s, min(v_time_s - span_s.y, span_s.z - v_time_s));
#else
  vec3 span_s = u_span_s;
  vec2 edges_s = u_edges_s.zw;
#endif
  v_kind = a_time_kind_side_end.y;
  v_colour = a_colour_path.rgb;
#ifdef HAS_VERTEX_FADE
  float is_burn = burns(v_kind);
  v_colour = mix(v_colour, BURN, is_burn);
  v_fade = trail_fade(v_time_s, span_s, edges_s) * mix(u_alpha, BURN_ALPHA, is_burn);
#endif
  gl_Position = ribbon_corner(here, there, a_time_kind_side_end.z, a_time_kind_side_end.w);
#ifdef HAS_VERTEX_DEPTH
  // So far off a segment's ends are about as far as each other: nothing has to undo the perspective.
  v_across_px = a_time_kind_side_end.z * RIBBON_PX;
  gl_Position.z = (2.0 * (log_depth(-here.z) - 1e-6) - 1.0) * gl_Position.w;
#endif
  if (own_kind(v_kind) > STANDS) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
