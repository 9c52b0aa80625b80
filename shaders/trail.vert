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
// v_span_s : seconds until now, since the start, until the end
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

#include "common/ribbon.glsl"
#ifdef HAS_VERTEX_DEPTH
#include "common/depth.glsl"
#endif
#ifdef HAS_PATHS
// Two for each of MOST_PATHS, see scene/visuals/trail_stays.py.
uniform vec4 u_paths[48];
varying vec3 v_span_s;
#else
uniform vec3 u_span_s;
uniform vec4 u_edges_s;
#endif
#ifdef HAS_VERTEX_FADE
uniform vec4 u_fading;
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
  v_span_s = vec3(span_s.x - v_time_s, v_time_s - span_s.y, span_s.z - v_time_s);
#else
  vec3 span_s = u_span_s;
  vec2 edges_s = u_edges_s.zw;
#endif
#ifdef HAS_VERTEX_FADE
  v_fade = trail_fade(v_time_s, span_s, edges_s);
#endif
  v_colour = a_colour_path.rgb;
  v_kind = a_time_kind_side_end.y;
  gl_Position = ribbon_corner(here, there, a_time_kind_side_end.z, a_time_kind_side_end.w);
#ifdef HAS_VERTEX_DEPTH
  gl_Position.z = (2.0 * (log_depth(-here.z) - 1e-6) - 1.0) * gl_Position.w;
#endif
}
