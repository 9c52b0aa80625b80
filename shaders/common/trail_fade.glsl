// How much of a path's colour is left at a time of it: as its past, as its future.
// Needs u_span_s, u_edges_s and u_fading, see trail.frag.

vec2 trail_fade(float time_s) {
  vec2 away = vec2(abs(u_span_s.x - time_s)) / u_fading.xy;
  vec2 fade = u_fading.zw + (1.0 - u_fading.zw) * exp(-away);
  if (u_edges_s.z > 0.0) fade *= smoothstep(0.0, u_edges_s.z, time_s - u_span_s.y);
  if (u_edges_s.w > 0.0) fade *= smoothstep(0.0, u_edges_s.w, u_span_s.z - time_s);
  return fade;
}
