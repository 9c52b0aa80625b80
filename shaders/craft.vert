// A spacecraft's model, in its true size.
// a_position_m, a_normal, a_colour : body axes, metres, linear colour
// u_view_from_body : rotation; u_offset_view_km : craft relative to the camera, view axes
attribute vec3 a_position_m;
attribute vec3 a_normal;
attribute vec3 a_colour;
uniform mat3 u_view_from_body;
uniform vec3 u_offset_view_km;
varying vec3 v_normal_view;
varying vec3 v_colour;
varying vec3 v_view_km;

#include "common/projection.glsl"

void main() {
  vec3 view_km = u_view_from_body * (a_position_m * 0.001) + u_offset_view_km;
  v_normal_view = u_view_from_body * a_normal;
  v_colour = a_colour;
  v_view_km = view_km;
  gl_Position = project(view_km);
}
