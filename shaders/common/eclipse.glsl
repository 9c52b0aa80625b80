// The Earth's shadow on the Moon: geometry as in core/shadow.py, colours by the red light that the Earth's air bends in.
// at_km, earth_km : from the Moon's centre; sun : unit; returns the Sun's light that is left, by colour
const float EARTH_KM = 6378.137;

vec3 sun_past_earth(vec3 at_km, vec3 sun, vec3 earth_km) {
  vec3 to_earth = earth_km - at_km;
  float distance_km = length(to_earth);
  vec3 earth = to_earth / distance_km;
  float earth_rad = EARTH_KM / distance_km;
  float apart = length(cross(sun, earth)) + 10.0 * step(dot(sun, earth), 0.0);
  float t = clamp((apart - earth_rad) / 0.004653, -1.0, 1.0);
  t += (1.0 - t * t) * 0.004653 / (3.0 * earth_rad);
  t = clamp(t, -1.0, 1.0);
  float left = 0.5 + t * (0.6366 - 0.1366 * t * t);
  // Deep in the umbra only the reddest light comes; at its rim ozone leaves a trace of blue.
  float depth = clamp((earth_rad - apart) / earth_rad, 0.0, 1.0);
  vec3 bent = vec3(1.0, 0.28, 0.09) * 0.036 * exp(-2.6 * depth) + vec3(0.25, 0.5, 0.6) * 0.012 * exp(-16.0 * depth);
  return vec3(left) + bent * (1.0 - left);
}
