// A spacecraft's model, in its true size or enlarged.
// a_position_m, a_normal : the part's own axes, metres; a_colour : linear base colour, a : share of the sky seen
// a_surface : metalness, roughness, lean of foil's facets
// u_body_from_part : rotation; u_part_m : the part's origin in body axes
// u_view_from_body : rotation; u_offset_view_km : craft relative to the camera, view axes
// u_km_per_m : 0.001, or more where the craft is enlarged; u_depth_km_per_m : likewise for depth alone
// u_shadow_from_body : body axes to the shadow map, -1 to 1 across the craft
// u_shadow_lift_m : by which a corner is moved outwards before it is looked up there
attribute vec3 a_position_m;
attribute vec3 a_normal;
attribute vec4 a_colour;
attribute vec3 a_surface;
uniform mat3 u_body_from_part;
uniform vec3 u_part_m;
uniform mat3 u_view_from_body;
uniform vec3 u_offset_view_km;
uniform float u_km_per_m;
uniform float u_depth_km_per_m;
uniform mat3 u_shadow_from_body;
uniform float u_shadow_lift_m;
varying vec3 v_place_m;
varying vec3 v_normal;
varying vec3 v_part_m;
varying vec3 v_part_normal;
varying vec4 v_colour;
varying vec3 v_surface;
varying vec3 v_shadow;
varying float v_distance_km;

#include "common/projection.glsl"

void main() {
  vec3 place_m = u_body_from_part * a_position_m + u_part_m;
  v_normal = u_body_from_part * a_normal;
  v_place_m = place_m;
  v_part_m = a_position_m;
  v_part_normal = a_normal;
  v_colour = a_colour;
  v_surface = a_surface;
  v_shadow = u_shadow_from_body * (place_m + v_normal * u_shadow_lift_m) * 0.5 + 0.5;
  vec3 turned = u_view_from_body * place_m;
  v_distance_km = -(u_offset_view_km.z + turned.z * u_depth_km_per_m);
  gl_Position = project(u_offset_view_km + turned * u_km_per_m);
}
