# Rows of tests/reference/simulated_r.csv, from the top of the tree:
#   Rscript tests/reference/r/simulated.R
# What rests on random draws, drawn here by another generator and computed by another route: parametric replicates of the
# zero-truncated family, predictive intervals of traffic-loglog (robust fits; effects of clusters), shares of the variance.
# `bootstrap` and `resample` among the options are those of the analysis. A tolerance is five standard errors of the
# difference of two Monte Carlo numbers, from the draws of this script and those of the test.
rows <- character()
B <- 20000 # draws of the test
add <- function(file, shape, estimator, options, quantity, value, tolerance)
  rows <<- c(rows, paste(file, shape, estimator, options, quantity, formatC(value, digits = 10, format = "g", flag = "-"),
                         formatC(tolerance, digits = 2, format = "g", flag = "-"), "agree", paste("R", getRversion(), "simulation"),
                         "both are Monte Carlo numbers", sep = ","))
# the p-quantile and the standard error of the difference from one of B draws, by the density around it
limit <- function(x, p, b = B) {
  x <- sort(x); m <- length(x); q <- quantile(x, c(p, p - 0.005, p + 0.005), names = FALSE)
  c(q[1], 5 * (q[3] - q[2]) / 0.01 * sqrt(p * (1 - p)) * sqrt(1 / b + 1 / m) / q[1])
}
limits <- function(file, shape, estimator, options, quantity, x) {
  x <- x[is.finite(x)]
  for (side in c("lower", "upper")) {
    l <- limit(x, if (side == "lower") 0.025 else 0.975)
    add(file, shape, estimator, options, paste0(quantity, ".", side, "@percentile@0.95"), l[1], l[2])
  }
}

# ---- the zero-truncated family: round(N) people, each met a random number of times, those met are fitted ------------------
set.seed(20260101)
M <- 100000
counts <- function(file) { d <- read.csv(file); rep(d[[1]], d[[2]]) }
sums <- function(N, draw) { # how many were met, and how often all of them together
  s <- vapply(1:M, function(b) { k <- draw(N); c(sum(k > 0), sum(k)) }, numeric(2))
  list(n = s[1, ], S = s[2, ])
}
bisect <- function(g, low, high) { # vectorised; g rises
  for (i in 1:60) { mid <- (low + high) / 2; below <- g(mid) < 0; low <- ifelse(below, mid, low); high <- ifelse(below, high, mid) }
  (low + high) / 2
}
poisson <- function(n, S) { l <- bisect(function(l) l / (-expm1(-l)) - S / n, 1e-12, S / n + 1); list(N = n / (-expm1(-l)), lambda = l) }
geometric <- function(n, S) list(N = n * S / (S - n), lambda = S / n - 1)
binomial <- function(n, S, t) {
  p <- bisect(function(p) t * p / (-expm1(t * log1p(-p))) - S / n, 1e-12, 1 - 1e-12)
  list(N = n / (-expm1(t * log1p(-p))), p = p)
}
how <- paste0("bootstrap=", B, ";resample=parametric")
for (file in c("tests/data/freq_taxicab_edinburgh.csv", "tests/data/freq_h5n1.csv")) {
  k <- counts(file); n <- length(k); S <- sum(k)
  f <- poisson(n, S)
  s <- sums(round(f$N), function(N) rpois(N, f$lambda)); r <- poisson(s$n, s$S)
  limits(file, "counts", "zt-poisson", how, "N", r$N); limits(file, "counts", "zt-poisson", how, "lambda", r$lambda)
  f <- geometric(n, S)
  s <- sums(round(f$N), function(N) rgeom(N, 1 / (1 + f$lambda))); r <- geometric(s$n, s$S)
  limits(file, "counts", "zt-geometric", how, "N", r$N)
}
file <- "tests/data/freq_taxicab_edinburgh.csv"; k <- counts(file)
f <- binomial(length(k), sum(k), 10)
s <- sums(round(f$N), function(N) rbinom(N, 10, f$p)); r <- binomial(s$n, s$S, 10)
limits(file, "counts", "zt-binomial", paste0("occasions=10;", how), "N", r$N)

file <- "tests/data/frequencies/butterfly.csv"; k <- counts(file)
negbin <- function(k, start) {
  t <- tabulate(k); x <- which(t > 0); f <- t[x]
  L <- function(z) -sum(f * (dnbinom(x, exp(z[1]), mu = exp(z[2]), log = TRUE) - log1p(-dnbinom(0, exp(z[1]), mu = exp(z[2])))))
  m <- nlm(L, start, gradtol = 1e-9)$estimate
  c(sum(f) / (1 - dnbinom(0, exp(m[1]), mu = exp(m[2]))), m)
}
f <- negbin(k, c(0, 2))
x <- vapply(1:10000, function(b) {
  r <- rnbinom(round(f[1]), exp(f[2]), mu = exp(f[3])); negbin(r[r > 0], f[2:3])[1]
}, 0)
limits(file, "counts", "zt-negbin", how, "N", x)

# ---- traffic-loglog -----------------------------------------------------------------------------------------------------
read_table <- function(file) { d <- read.csv(file); d[order(d$platform, method = "radix"), ] }
# Iteratively reweighted least squares of one regressor, all columns of y at once
robust <- function(y, x, weight) {
  n <- nrow(y); w <- matrix(1, n, ncol(y)); old <- Inf
  middle <- function(a) { a <- matrix(a[order(rep(seq_len(ncol(a)), each = n), a)], n); (a[(n + 1) %/% 2, ] + a[n %/% 2 + 1, ]) / 2 }
  for (i in 1:300) {
    W <- colSums(w); mx <- colSums(w * x) / W; my <- colSums(w * y) / W
    dx <- outer(x, mx, "-"); b <- colSums(w * dx * y) / colSums(w * dx * dx); a <- my - b * mx
    r <- y - rep(a, each = n) - outer(x, b); s <- middle(abs(r)) / 0.6745
    if (max(abs(r - old)) < 1e-9) break
    old <- r; w <- matrix(weight(r / rep(s, each = n)), n)
  }
  list(a = a, b = b, s = s)
}
losses <- list(huber = function(u) pmin(1, 1.345 / abs(u)), bisquare = function(u) ifelse(abs(u) < 4.685, (1 - (u / 4.685)^2)^2, 0))
M <- 40000
for (file in c("tests/data/traffic_mammals.csv", "tests/data/traffic_animals.csv")) {
  d <- read_table(file); known <- !is.na(d$registered); x <- log(d$visitors[known]); z <- log(d$visitors[!known])
  for (fit in names(losses)) {
    f <- robust(matrix(log(d$registered[known])), x, losses[[fit]])
    y <- f$a + f$b * x + f$s * matrix(rnorm(length(x) * M), length(x))
    g <- robust(y, x, losses[[fit]]); ratio <- f$s / g$s
    a <- f$a - (g$a - f$a) * ratio; b <- f$b - (g$b - f$b) * ratio
    eta <- rep(a, each = length(z)) + outer(z, b) + rep(f$s * ratio, each = length(z)) * rnorm(length(z) * M)
    limits(file, "platforms", "traffic-loglog", paste0("weak-fit=accept;fit=", fit, ";bootstrap=", B), "predicted", colSums(exp(eta)))
  }
}
# effects of clusters, least squares: draws from the exact predictive law, b' = b + s' (X'X)^(-1/2) z, s'^2 = s^2 df / chi^2
d <- read.csv("datasets/platforms-synthetic/platforms.csv")
write.csv(d[c("platform", "cluster", "registered", "visitors")], "tests/data/traffic_clusters.csv", row.names = FALSE, quote = FALSE, na = "")
file <- "tests/data/traffic_clusters.csv"; d <- read_table(file); known <- !is.na(d$registered)
exact <- function(options, formula) {
  X <- model.matrix(formula, d); Y <- log(d$registered[known]); n <- sum(known); p <- ncol(X)
  m <- lm.fit(X[known, ], Y); R <- chol(crossprod(X[known, ])); s2 <- sum(m$residuals^2) / (n - p)
  M <- 200000
  s <- sqrt(s2 * (n - p) / rchisq(M, n - p))
  beta <- m$coefficients + rep(s, each = p) * backsolve(R, matrix(rnorm(p * M), p))
  eta <- X[!known, ] %*% beta; e <- rnorm(length(eta)) * rep(s, each = sum(!known))
  limits(file, "platforms", "traffic-loglog", paste0(options, ";bootstrap=", B), "predicted", colSums(exp(eta + e)))
  # first-order shares of the variance of ln N: the fit alone (the retransformation is of the fit), the scatter alone
  stated <- sum(d$registered[known]); fitted <- drop(X[!known, ] %*% m$coefficients)
  noise <- var(log(stated + colSums(exp(fitted + sqrt(s2) * matrix(rnorm(length(fitted) * M), length(fitted))))))
  y <- drop(X[known, ] %*% m$coefficients) + sqrt(s2) * matrix(rnorm(n * M), n)
  g <- qr.coef(qr(X[known, ]), y); residual <- y - X[known, ] %*% g
  ratio <- sqrt(s2) / sqrt(colSums(residual^2) / (n - p)); turned <- m$coefficients - (g - m$coefficients) * rep(ratio, each = p)
  smear <- colMeans(exp(residual * rep(ratio, each = n)))
  fit <- var(log(stated + colSums(exp(X[!known, ] %*% turned)) * smear))
  list(fit = fit, noise = noise)
}
shares <- function(options, v) { # 400 draws of the test: a variance has a relative error of sqrt(2/400) where ln N is normal
  share <- v$noise / (v$fit + v$noise)
  add(file, "platforms", "traffic-loglog", paste0(options, ";bootstrap=", B), "share(prediction (scatter round the line))", share,
      5 * sqrt(2) * sqrt(2 / 400) * (1 - share))
}
shares("weak-fit=accept", exact("weak-fit=accept", ~ log(visitors)))
shares("weak-fit=accept;cluster=fixed", exact("weak-fit=accept;cluster=fixed", ~ log(visitors) + cluster))
header <- "dataset,shape,estimator,options,quantity,value,tolerance,status,source,comment"
writeLines(c("# Made by tests/reference/r/simulated.R", header, rows), "tests/reference/simulated_r.csv")
