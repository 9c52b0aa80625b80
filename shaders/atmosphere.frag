// The Earth's air beyond the ground's limb, as seen from above it, drawn additively: blue by day, red below and blue
// above at the terminator, a breath of airglow at night.
// u_camera_km : camera relative to the centre, km; u_sun_unit : direction to the Sun, same axes
// u_radius_km : of the ground; u_top_km : height of the air's top; u_pixel_rad : angle of a pixel
// u_exposure  : scene light to screen light
// u_air_limb  : the air's light summed over height, so that a pixel's mean is a difference, however wide it is
uniform vec3 u_camera_km;
uniform vec3 u_sun_unit;
uniform float u_radius_km;
uniform float u_top_km;
uniform float u_pixel_rad;
uniform float u_exposure;
uniform sampler2D u_air_limb;
varying vec3 v_relative_km;
varying float v_distance_km;

#include "common/depth.glsl"
#include "common/colour.glsl"
#include "common/air.glsl"

const vec3 AIRGLOW = vec3(0.0006, 0.0011, 0.0006);
const float GLOW_AT_KM = 58.0;
const float GLOW_KM = 7.0;

void main() {
  vec3 ray = normalize(v_relative_km);
  float along_km = -dot(u_camera_km, ray);
  vec3 nearest = u_camera_km + along_km * ray;
  float impact_km = length(nearest);
  float height_km = impact_km - u_radius_km;
  float half_km = max(0.5 * u_pixel_rad * along_km, 0.2);
  float column = air_column(dot(nearest, u_sun_unit) / impact_km);
  // The mean over the part of the pixel that is not ground; how large that part is counts as coverage.
  float low_km = max(height_km - half_km, 0.0);
  float part_km = max(height_km + half_km - low_km, 1e-4);
  vec4 below = texture2D(u_air_limb, vec2(column, air_row(low_km / u_top_km, 96.0)));
  vec4 above = texture2D(u_air_limb, vec2(column, air_row((low_km + part_km) / u_top_km, 96.0)));
  vec3 light = air_light(max(below - above, 0.0) / part_km, dot(ray, u_sun_unit));
  float coverage = clamp((height_km + half_km) / (2.0 * half_km), 0.0, 1.0);
  // Airglow is a thin shell, blurred over the pixel.
  float blurred_km_2 = GLOW_KM * GLOW_KM + half_km * half_km;
  float above_glow_km = height_km - GLOW_AT_KM;
  light += AIRGLOW * exp(-above_glow_km * above_glow_km / blurred_km_2) * (GLOW_KM / sqrt(blurred_km_2));
  gl_FragColor = vec4(clamp(dithered(encode_srgb(tone_map(light * u_exposure))) * coverage, 0.0, 1.0), 1.0);
  gl_FragDepth = log_depth(v_distance_km);
}
