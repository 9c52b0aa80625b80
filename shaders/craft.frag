// A spacecraft: sunlight as far as it is not eclipsed, light from the ground below, a soft gleam.
// u_sun_view, u_ground_view : directions in view axes; u_sunlight : 0 in shadow to 1; u_groundlight : likewise
uniform vec3 u_sun_view;
uniform vec3 u_ground_view;
uniform float u_sunlight;
uniform float u_groundlight;
varying vec3 v_normal_view;
varying vec3 v_colour;
varying vec3 v_view_km;

#include "common/depth.glsl"
#include "common/colour.glsl"

void main() {
  vec3 normal = normalize(v_normal_view);
  vec3 to_eye = normalize(-v_view_km);
  float sun = max(dot(normal, u_sun_view), 0.0) * u_sunlight;
  float ground = (0.5 + 0.5 * dot(normal, u_ground_view)) * u_groundlight;
  vec3 halfway = normalize(u_sun_view + to_eye);
  float gleam = pow(max(dot(normal, halfway), 0.0), 40.0) * u_sunlight * 0.6;
  vec3 light = v_colour * (sun * 2.2 + ground * 0.9 + 0.045) + vec3(gleam);
  gl_FragColor = vec4(encode_srgb(tone_map(light)), 1.0);
  gl_FragDepth = log_depth(-v_view_km.z);
}
