// Exhaust in vacuum: a square before the camera about each nozzle's plume.
// a_corner : -1 to 1; a_nozzle_m : place of the exit, body axes; a_axis : where the exhaust goes; a_radius_m : of the exit
// u_view_from_body, u_offset_view_km, u_km_per_m : as in craft.vert; u_reach : length of what is drawn, in exit radii
attribute vec2 a_corner;
attribute vec3 a_nozzle_m;
attribute vec3 a_axis;
attribute float a_radius_m;
uniform mat3 u_view_from_body;
uniform vec3 u_offset_view_km;
uniform float u_km_per_m;
uniform float u_reach;
varying vec3 v_ray;
varying vec3 v_exit_km;
varying vec3 v_axis;
varying float v_radius_km;

#include "common/projection.glsl"

void main() {
  v_axis = u_view_from_body * a_axis;
  v_radius_km = a_radius_m * u_km_per_m;
  v_exit_km = u_offset_view_km + u_view_from_body * a_nozzle_m * u_km_per_m;
  float half_km = v_radius_km * u_reach * 0.75;
  vec3 middle = v_exit_km + v_axis * (half_km * 0.8);
  float away = length(middle);
  vec3 ahead = middle / away;
  vec3 right = normalize(cross(ahead, abs(ahead.y) < 0.9 ? vec3(0.0, 1.0, 0.0) : vec3(1.0, 0.0, 0.0)));
  vec3 up = cross(right, ahead);
  // Seen from close by, a square through the middle is too narrow for the sphere about the plume.
  float wider = half_km / sqrt(max(1.0 - half_km * half_km / (away * away), 0.04));
  v_ray = middle + (right * a_corner.x + up * a_corner.y) * wider;
  gl_Position = project(v_ray);
}
