// The sky as seen from within the Earth's air, drawn behind everything but the stars, which it outshines.
// u_camera_km : camera relative to the centre, stretched Earth-fixed axes; u_sun_unit : direction to the Sun
// u_radius_km, u_top_km : of the ground; height of the air's top; u_exposure : scene light to screen light
// u_air_ground, u_air_limb : tables, see common/air.glsl
uniform vec3 u_camera_km;
uniform vec3 u_sun_unit;
uniform float u_radius_km;
uniform float u_top_km;
uniform float u_exposure;
uniform sampler2D u_air_ground;
uniform sampler2D u_air_limb;
varying vec3 v_ray;

#include "common/colour.glsl"
#include "common/air.glsl"

const float SCALE_KM = 8.0;

vec4 limb_at(float column, float height_km) {
  float low_km = max(height_km, 0.0);
  vec4 below = texture2D(u_air_limb, vec2(column, air_row(low_km / u_top_km, 96.0)));
  vec4 above = texture2D(u_air_limb, vec2(column, air_row((low_km + 1.0) / u_top_km, 96.0)));
  return max(below - above, 0.0);
}

void main() {
  vec3 ray = normalize(v_ray);
  float distance_km = length(u_camera_km);
  vec3 up = u_camera_km / distance_km;
  float height_km = max(distance_km - u_radius_km, 0.0);
  float rise = dot(ray, up);
  float column = air_column(dot(up, u_sun_unit));
  // Level with the eye half of a whole path beside the ground is left, below that soon all of it; upwards what is left
  // of the air above.
  vec4 level = 0.5 * limb_at(column, height_km);
  vec4 upward = texture2D(u_air_ground, vec2(column, air_row(sqrt(clamp(rise, 0.0, 1.0)), 64.0))) * exp(-height_km / SCALE_KM);
  float lowest_km = distance_km * sqrt(max(1.0 - rise * rise, 0.0)) - u_radius_km;
  vec4 sums = rise >= 0.0 ? mix(level, upward, smoothstep(0.0, 0.16, rise))
                          : mix(level, limb_at(column, lowest_km), smoothstep(0.0, -0.03, rise));
  vec3 light = air_light(sums, dot(ray, u_sun_unit));
  vec3 screen = encode_srgb(tone_map(light * u_exposure));
  // It outshines the stars, but not the Sun within three degrees of it.
  float veil = clamp(dot(screen, vec3(1.2)), 0.0, 1.0) * (1.0 - smoothstep(0.99863, 0.99997, dot(ray, u_sun_unit)));
  gl_FragColor = vec4(clamp(dithered(screen), 0.0, 1.0), veil);
}
