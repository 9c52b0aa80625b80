// Stars as round points at infinity.
// a_direction : unit vector, ICRF; a_colour : linear colour times brightness; a_size_px : diameter at scale 1
// u_view_from_icrf : rotation; u_scale : pixels of the picture per logical pixel
attribute vec3 a_direction;
attribute vec3 a_colour;
attribute float a_size_px;
uniform mat3 u_view_from_icrf;
uniform float u_scale;
varying vec3 v_colour;

#include "common/projection.glsl"

void main() {
  v_colour = a_colour;
  gl_PointSize = a_size_px * u_scale;
  gl_Position = project(u_view_from_icrf * a_direction);
}
