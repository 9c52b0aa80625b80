// A body's surface as a mesh around the point below the camera, relative to the camera.
// a_ring_share    : number of the ring, from the middle outwards; share of the bearings, 0 to 1
// u_rings_km      : of each ring: how far from the line through camera and centre, how far above the camera along it
// u_bearings      : the first bearing and how many follow
// u_fixed_from_cap : rotation from (bearing 0, a right angle on, up) to body-fixed axes
// u_camera_km     : camera relative to the body's centre, body-fixed axes, km
// u_view_from_fixed : rotation from body-fixed to view axes
// v_relative_km   : relative to the camera, body-fixed axes; v_distance_km : along the view axis
attribute vec2 a_ring_share;
uniform vec2 u_rings_km[58];
uniform vec2 u_bearings;
uniform mat3 u_fixed_from_cap;
uniform mat3 u_view_from_fixed;
varying vec3 v_relative_km;
varying float v_distance_km;

#include "common/projection.glsl"

void main() {
  vec2 ring = u_rings_km[int(a_ring_share.x + 0.5)];
  float bearing = u_bearings.x + u_bearings.y * a_ring_share.y;
  v_relative_km = u_fixed_from_cap * vec3(ring.x * cos(bearing), ring.x * sin(bearing), ring.y);
  vec3 view_km = u_view_from_fixed * v_relative_km;
  v_distance_km = -view_km.z;
  gl_Position = project(view_km);
}
