// Lines on a globe or on the sky: each segment is a quad whose width is a number of pixels.
// a_here_high/low, a_there_high/low : this end and the other relative to the anchor, km, split into two floats
// a_side_end : which edge, -1 or 1; 0 at the segment's first end, 1 at its last
// u_camera_high/low : camera relative to the anchor, the lines' axes, km; u_view_from_line : rotation from these
// u_on_ground : 1 where the lines lie on a globe around the anchor
// v_facing : sine of the height at which the camera stands over the ground there
attribute vec3 a_here_high;
attribute vec3 a_here_low;
attribute vec3 a_there_high;
attribute vec3 a_there_low;
attribute vec2 a_side_end;
uniform vec3 u_camera_high;
uniform vec3 u_camera_low;
uniform mat3 u_view_from_line;
uniform float u_on_ground;
varying float v_facing;

#include "common/ribbon.glsl"

void main() {
  vec3 here = (a_here_high - u_camera_high) + (a_here_low - u_camera_low);
  vec3 there = (a_there_high - u_camera_high) + (a_there_low - u_camera_low);
  v_facing = mix(1.0, dot(normalize(a_here_high), -normalize(here)), u_on_ground);
  gl_Position = ribbon_corner(u_view_from_line * here, u_view_from_line * there, a_side_end.x, a_side_end.y);
}
