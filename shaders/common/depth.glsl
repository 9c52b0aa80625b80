// Logarithmic depth: one picture holds 1 m and 1e9 km. Written per fragment from the distance along the view axis.
// u_depth_scale : 1 / log2(1 + farthest distance in metres)
uniform float u_depth_scale;

float log_depth(float distance_km) {
  return log2(1.0 + max(distance_km, 0.0) * 1000.0) * u_depth_scale;
}
