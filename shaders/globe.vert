// A body's surface as a mesh around the point below the camera, already relative to the camera.
// a_position_km   : vertex relative to the camera, body-fixed axes, km
// u_camera_km     : camera relative to the body's centre, body-fixed axes, km
// u_view_from_fixed : rotation from body-fixed to view axes
// v_relative_km   : as a_position_km; v_distance_km : along the view axis
attribute vec3 a_position_km;
uniform mat3 u_view_from_fixed;
varying vec3 v_relative_km;
varying float v_distance_km;

#include "common/projection.glsl"

void main() {
  vec3 view_km = u_view_from_fixed * a_position_km;
  v_relative_km = a_position_km;
  v_distance_km = -view_km.z;
  gl_Position = project(view_km);
}
