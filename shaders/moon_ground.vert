// The Moon's ground as patches around the camera, relative to an origin near it.
// HAS_DETAIL: coordinates for relief finer than the maps'.
//
// a_position_km, a_slide_km : vertex relative to the origin, and to where the coarser grid has it; Moon-fixed axes
// a_plane_km        : on the plane of its cube face, relative to the origin's coordinates
// a_ground          : height (km), range at which sliding ends (km), range to the nearest site (km), weight of detail
// u_offset_km       : camera relative to the origin
// u_camera_km       : camera relative to the Moon's centre
// u_relief          : how much of the heights is drawn; fades out where a pixel is wider than mountains are high
// u_pixel_rad, u_softness : as in moon.frag, for HAS_SOFT_LIMB
// u_view_from_fixed : rotation from Moon-fixed to view axes
attribute vec3 a_position_km;
attribute vec3 a_slide_km;
attribute vec2 a_plane_km;
attribute vec4 a_ground;
uniform vec3 u_offset_km;
uniform vec3 u_camera_km;
uniform float u_relief;
uniform mat3 u_view_from_fixed;
uniform float u_pixel_rad;
uniform float u_softness;
varying vec3 v_relative_km;
varying float v_distance_km;
#ifdef HAS_DETAIL
varying vec2 v_plane_km;
varying vec2 v_detail;
varying vec3 v_along_x;
varying vec3 v_along_y;
#endif

#include "common/projection.glsl"
#include "common/depth.glsl"

void main() {
  vec3 relative = a_position_km - u_offset_km;
  float slide = clamp((length(relative) / a_ground.y - 0.85) / 0.15, 0.0, 1.0);
  relative += slide * a_slide_km;
  vec3 up = normalize(relative + u_camera_km);
  relative -= up * (a_ground.x * (1.0 - u_relief));
#ifdef HAS_SOFT_LIMB
  // At the limb a pixel more, for its softness to end in.
  float range_km = length(relative);
  float grazing = clamp(1.0 + dot(up, relative) / (0.08 * range_km), 0.0, 1.0);
  relative += up * (1.5 * u_pixel_rad * u_softness * range_km * grazing);
#endif
  vec3 view_km = u_view_from_fixed * relative;
  v_relative_km = relative;
  v_distance_km = -view_km.z;
#ifdef HAS_DETAIL
  v_plane_km = a_plane_km;
  v_detail = a_ground.zw;
  // The axes of OpenGL's cube faces, made level with the ground.
  vec3 size = abs(up);
  vec3 along_x = vec3(sign(up.z), 0.0, 0.0);
  vec3 along_y = vec3(0.0, -1.0, 0.0);
  if (size.x >= size.y && size.x >= size.z) {
    along_x = vec3(0.0, 0.0, -sign(up.x));
  } else if (size.y >= size.z) {
    along_x = vec3(1.0, 0.0, 0.0);
    along_y = vec3(0.0, 0.0, sign(up.y));
  }
  v_along_x = normalize(along_x - up * dot(along_x, up));
  v_along_y = normalize(along_y - up * dot(along_y, up));
#endif
  gl_Position = project(view_km);
  // Triangles are small against their distance, so depth may be interpolated; hidden ground is then never shaded.
  gl_Position.z = (2.0 * log_depth(-view_km.z) - 1.0) * gl_Position.w;
}
