// From view axes (right, up, backward; km from the camera) to clip space, without near or far plane.
// u_focal : cotangents of the half fields of view, horizontal and vertical
uniform vec2 u_focal;

vec4 project(vec3 view_km) {
  return vec4(view_km.xy * u_focal, 0.0, -view_km.z);
}
