// The Moon's surface: lunar-Lambert photometry on made albedo and relief, earthshine, soft limb.
// u_camera_km       : camera relative to the centre, Moon-fixed axes, km
// u_sun_unit, u_earth_unit : directions from the Moon's centre, Moon-fixed axes
// u_earthshine      : light of the Earth relative to the Sun's
// u_exposure        : scene light to screen light
// u_radius_km       : of the sphere whose limb is softened
// u_pixel_rad       : angle of a pixel; 0 where relief makes the limb (no softening)
// u_albedo          : sRGB of normal albedo / 0.30; u_slope : tangent gradient, coded by signed square root
uniform vec3 u_camera_km;
uniform vec3 u_sun_unit;
uniform vec3 u_earth_unit;
uniform float u_earthshine;
uniform float u_exposure;
uniform float u_radius_km;
uniform float u_pixel_rad;
uniform samplerCube u_albedo;
uniform samplerCube u_slope;
varying vec3 v_relative_km;
varying float v_distance_km;

#include "common/depth.glsl"
#include "common/colour.glsl"

const float ALBEDO_FULL = 0.30;
const float SLOPE_FULL = 0.8;

void main() {
  vec3 ray = normalize(v_relative_km);
  vec3 up = normalize(v_relative_km + u_camera_km);
  vec3 code = textureCube(u_slope, up).rgb * 2.0 - 1.0039;
  vec3 gradient = code * abs(code) * SLOPE_FULL;
  vec3 normal = normalize(up - gradient);
  float to_sun = dot(normal, u_sun_unit);
  float to_eye = max(dot(normal, -ray), 0.03);
  float cos_phase = dot(-ray, u_sun_unit);

  // McEwen (1991): from Lommel-Seeliger at small phase to Lambert at large; the surge is the opposition effect.
  float blend = clamp(0.52 + 0.48 * cos_phase, 0.0, 1.0);
  float lit = max(to_sun, 0.0);
  float seeliger = 2.0 * lit / (lit + to_eye + 0.001);
  float surge = 1.0 + 0.32 * exp((cos_phase - 1.0) * 9.0);
  float day = smoothstep(-0.012, 0.035, dot(up, u_sun_unit));
  float light = day * surge * (blend * seeliger + (1.0 - blend) * lit);
  light += u_earthshine * max(dot(normal, u_earth_unit), 0.0);

  vec3 albedo = decode_srgb(textureCube(u_albedo, up).rgb) * ALBEDO_FULL;
  vec3 colour = encode_srgb(tone_map(albedo * light * u_exposure));
  float alpha = 1.0;
  if (u_pixel_rad > 0.0) {
    float impact_km = length(cross(u_camera_km, ray));
    float pixel_km = u_pixel_rad * length(v_relative_km);
    alpha = clamp((u_radius_km - impact_km) / pixel_km + 0.5, 0.0, 1.0);
  }
  gl_FragColor = vec4(colour, alpha);
  gl_FragDepth = log_depth(v_distance_km);
}
