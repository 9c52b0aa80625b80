// The Earth's surface: Blue Marble colour, glint on water, made clouds, air before it all.
// u_camera_km : camera relative to the centre, stretched Earth-fixed axes (the ellipsoid is a sphere there), km
// u_sun_unit  : direction to the Sun, Earth-fixed axes
// u_exposure  : scene light to screen light; u_radius_km : of the sphere; u_pixel_rad : angle of a pixel
// u_stretch   : by how much the axes are stretched along z
// u_colour    : sRGB surface colour; u_layers : water in red, clouds in alpha
// u_clouds    : 1 to draw the clouds, 0 not
// u_air_share : how much of the air is below the camera
// u_air_ground, u_air_sunlight : tables, see common/air.glsl
uniform vec3 u_camera_km;
uniform vec3 u_sun_unit;
uniform float u_exposure;
uniform float u_radius_km;
uniform float u_pixel_rad;
uniform float u_stretch;
uniform float u_clouds;
uniform float u_air_share;
uniform samplerCube u_colour;
uniform samplerCube u_layers;
uniform sampler2D u_air_ground;
uniform sampler2D u_air_sunlight;
varying vec3 v_relative_km;
varying float v_distance_km;

#include "common/depth.glsl"
#include "common/colour.glsl"
#include "common/air.glsl"

const vec3 DEPTH_OF_AIR = vec3(0.060, 0.140, 0.270);
const float WAVE_SLOPE_2 = 0.030;  // Cox and Munk 1954 at a wind of 5 m/s
const float WATER_MIRROR = 0.021;
const float CLOUD_ALBEDO = 0.84;
const vec3 NIGHT = vec3(0.0006, 0.0008, 0.0013);

float water_glint(vec3 normal, vec3 to_eye, float eye) {
  vec3 halfway = normalize(u_sun_unit + to_eye);
  float upright = max(dot(normal, halfway), 0.02);
  float upright_2 = upright * upright;
  float slope_2 = (1.0 - upright_2) / upright_2;
  float mirror = WATER_MIRROR + (1.0 - WATER_MIRROR) * pow(1.0 - max(dot(to_eye, halfway), 0.0), 5.0);
  return mirror * exp(-slope_2 / WAVE_SLOPE_2) / (4.0 * WAVE_SLOPE_2 * upright_2 * upright_2 * max(eye, 0.12));
}

float scattered(vec3 cell) {
  vec3 p = fract(cell * 0.1031);
  p += dot(p, p.zyx + 31.32);
  return fract((p.x + p.y) * p.z);
}

// Smooth noise of mean 0, within -0.5 and 0.5.
float grain(vec3 place) {
  vec3 cell = floor(place), share = place - cell;
  share = share * share * (3.0 - 2.0 * share);
  vec2 step_x = vec2(0.0, 1.0);
  vec4 low = vec4(scattered(cell), scattered(cell + step_x.yxx), scattered(cell + step_x.xyx), scattered(cell + step_x.yyx));
  vec4 high = vec4(scattered(cell + step_x.xxy), scattered(cell + step_x.yxy), scattered(cell + step_x.xyy), scattered(cell + step_x.yyy));
  vec4 level = mix(low, high, share.z);
  vec2 row = mix(level.xz, level.yw, share.x);
  return mix(row.x, row.y, share.y) - 0.5;
}

// The cloud map has a texel for 13 km: nearer than that its edges are frayed by finer and finer noise, always the same.
float frayed(float cover, vec3 normal, float pixel_km) {
  float noise = 0.0, size_km = 21.0, weight = 1.0;
  for (int octave = 0; octave < 3; octave++) {
    noise += weight * grain(normal * (u_radius_km / size_km)) * smoothstep(0.7, 0.2, pixel_km / size_km);
    size_km *= 0.43;
    weight *= 0.62;
  }
  return clamp(cover + 1.15 * noise * sqrt(max(cover * (1.0 - cover), 0.0)), 0.0, 1.0);
}

void main() {
  vec3 to_eye = -normalize(v_relative_km);
  vec3 up = normalize(v_relative_km + u_camera_km);
  vec3 normal = normalize(vec3(up.xy, up.z * u_stretch));
  float to_sun = dot(normal, u_sun_unit);
  float eye = clamp(dot(normal, to_eye), 0.0, 1.0);
  vec3 ground = decode_srgb(textureCube(u_colour, normal).rgb);
  vec4 layers = textureCube(u_layers, normal);
  float cover = layers.a * u_clouds;
  float pixel_km = u_pixel_rad * length(v_relative_km);
  if (pixel_km < 12.0 && cover > 0.0) cover = frayed(cover, normal, pixel_km);

  float column = air_column(to_sun);
  vec3 direct = texture2D(u_air_sunlight, vec2(column, 0.25)).rgb;
  vec3 sky = texture2D(u_air_sunlight, vec2(column, 0.75)).rgb;
  vec3 light = ground * (direct + sky);
  light += layers.r * water_glint(normal, to_eye, eye) * direct;
  // Cloud tops are lit a little longer than the ground below them, and thick cloud from below.
  float column_above = air_column(to_sun + 0.03);
  vec3 above = texture2D(u_air_sunlight, vec2(column_above, 0.25)).rgb + texture2D(u_air_sunlight, vec2(column_above, 0.75)).rgb;
  light = mix(light, CLOUD_ALBEDO * above, cover);

  vec3 path = exp(-DEPTH_OF_AIR * (u_air_share * (1.0 - 0.45 * cover)) / (eye + 0.04));
  // Sight lines that graze the ground end in hills and cloud before they have crossed all of the lowest air.
  vec4 sums = texture2D(u_air_ground, vec2(column, air_row(sqrt(max(eye, 0.05)), 64.0)));
  vec3 haze = air_light(sums, -dot(to_eye, u_sun_unit)) * (u_air_share * (1.0 - 0.35 * cover));
  vec3 screen = encode_srgb(tone_map((light * path + haze + NIGHT * (0.4 + ground * 3.0) * path) * u_exposure));
  float impact_km = length(u_camera_km + dot(u_camera_km, to_eye) * -to_eye);
  float alpha = clamp((u_radius_km - impact_km) / pixel_km + 0.5, 0.0, 1.0);
  gl_FragColor = vec4(clamp(dithered(screen), 0.0, 1.0), alpha);
  gl_FragDepth = log_depth(v_distance_km);
}
