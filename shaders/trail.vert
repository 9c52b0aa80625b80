// A path as a ribbon.
// HAS_VERTEX_DEPTH: segments are so short against their distance that depth may be interpolated.
// HAS_VERTEX_FADE: its points are so close in time that fading may be interpolated.
// Each segment is a quad whose width is a number of pixels.
// a_here_high/low, a_there_high/low : this end and the other end relative to the anchor, km, split into two floats
// a_time_kind_side_end : seconds after the path's own origin; what kind the segment is of, see model/trails.py;
//     which edge, -1 or 1; 0 at the segment's first end, 1 at its last
// a_colour : sRGB
// u_camera_high/low : camera relative to the anchor, the path's axes, km; u_view_from_icrf : rotation from these
attribute vec3 a_here_high;
attribute vec3 a_here_low;
attribute vec3 a_there_high;
attribute vec3 a_there_low;
attribute vec4 a_time_kind_side_end;
attribute vec3 a_colour;
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
#ifdef HAS_VERTEX_FADE
uniform vec3 u_span_s;
uniform vec4 u_edges_s;
uniform vec4 u_fading;
varying vec2 v_fade;
#include "common/trail_fade.glsl"
#endif

void main() {
  vec3 here = u_view_from_icrf * ((a_here_high - u_camera_high) + (a_here_low - u_camera_low));
  vec3 there = u_view_from_icrf * ((a_there_high - u_camera_high) + (a_there_low - u_camera_low));
  v_time_s = a_time_kind_side_end.x;
#ifdef HAS_VERTEX_FADE
  v_fade = trail_fade(v_time_s);
#endif
  v_colour = a_colour;
  v_kind = a_time_kind_side_end.y;
  gl_Position = ribbon_corner(here, there, a_time_kind_side_end.z, a_time_kind_side_end.w);
#ifdef HAS_VERTEX_DEPTH
  gl_Position.z = (2.0 * (log_depth(-here.z) - 1e-6) - 1.0) * gl_Position.w;
#endif
}
