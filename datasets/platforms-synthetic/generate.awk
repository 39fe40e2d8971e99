# Invented platforms with a known truth: awk -f generate.awk > platforms.csv
# ln registered = 2 + 0.9 ln visitors + 0.6 e; visitors log-normal; 20 of 60 platforms state their number.
# The truth (all 60 registered numbers) goes to truth.csv. Lehmer's generator, so that every awk gives the same.
function uniform() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
function normal() { return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()) }
BEGIN {
  seed = 20190; print "platform,cluster,registered,visitors,visitors_se"; print "platform,registered" > "truth.csv"
  for (i = 1; i <= 60; i++) {
    v = int(exp(11 + 1.5 * normal())); r = int(exp(2 + 0.9 * log(v) + 0.6 * normal())); total += r
    name = sprintf("synthetic-%02d", i); kind = i % 2 ? "microtask" : "freelance"
    printf "%s,%s,%s,%d,%d\n", name, kind, i % 3 == 1 ? r : "", v, int(v * 0.1)
    printf "%s,%d\n", name, r > "truth.csv"
  }
}
