// A translucent surface.
// a_place_km : relative to the camera, ICRF axes; a_normal : unit, ICRF; u_view_from_icrf : rotation
attribute vec3 a_place_km;
attribute vec3 a_normal;
uniform mat3 u_view_from_icrf;
varying vec3 v_place_km;
varying vec3 v_normal;
varying float v_distance_km;

#include "common/projection.glsl"

void main() {
  vec3 view_km = u_view_from_icrf * a_place_km;
  v_place_km = a_place_km;
  v_normal = a_normal;
  v_distance_km = -view_km.z;
  gl_Position = project(view_km);
}
