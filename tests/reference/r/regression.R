# Independent computation of N, its standard error and the log-likelihood of regressions on counts: base R's densities, optim
# and derivatives by differences. Prints rows for tests/reference/counts_regression.csv, to five digits.
people <- read.csv("datasets/netherlands-1995/people.csv"); people$times <- people$capture
farms <- read.csv("tests/data/covariates/carcass.csv"); farms$n <- 1
density <- list(
  poisson = function(k, b, a) dpois(k, exp(b)),
  geometric = function(k, b, a) dgeom(k, 1 / (1 + exp(b))),
  negbin = function(k, b, a) dnbinom(k, size = exp(-a), mu = exp(b)))
parts <- function(base, ones, k, eta) {
  q <- function(k) density[[base]](k, eta$b, eta$a)
  w <- plogis(eta$w); one <- k == 1
  switch(ones,
    zt = list(p = q(k) / (1 - q(0)), none = q(0)),
    zot = list(p = ifelse(one, 1, q(k) / (1 - q(0) - q(1))), none = q(0) / (1 - q(1))),
    ztoi = list(p = w * one + (1 - w) * q(k) / (1 - q(0)), none = q(0)),
    oizt = list(p = (w * one + (1 - w) * q(k)) / (1 - (1 - w) * q(0)), none = (1 - w) * q(0)),
    "zt-hurdle" = list(p = ifelse(one, w, (1 - w) * q(k) / (1 - q(0) - q(1))), none = q(0) / (1 - q(1))),
    "hurdle-zt" = { none <- (1 - w) * q(0) / (1 - q(1))
      list(p = ifelse(one, w, (1 - w) * q(k) / (1 - q(1))) / (1 - none), none = none) })
}
row <- function(file, d, base, ones, formula, start, further = "") {
  X <- model.matrix(formula, d); p <- ncol(X); k <- d$times
  eta <- function(b) { at <- p; a <- if (base == "negbin") b[at <- at + 1] else 0
    list(b = as.vector(X %*% b[1:p]), a = a, w = if (ones %in% c("zt", "zot")) 0 else b[at + 1]) }
  minus <- function(b) -sum(d$n * log(parts(base, ones, k, eta(b))$p))
  stands <- function(b) { none <- parts(base, ones, k, eta(b))$none
    ifelse(ones == "zot" & k == 1, 1, 1 / (1 - none)) }
  fit <- optim(c(start[1], rep(0, p - 1), start[-1]), minus, method = "BFGS", control = list(maxit = 10000, reltol = 1e-15))
  for (i in 1:3) fit <- optim(fit$par, minus, method = "BFGS", control = list(maxit = 10000, reltol = 1e-16, ndeps = rep(1e-5, length(fit$par))))
  b <- fit$par; h <- 1e-3; m <- length(b); unit <- diag(m) * h
  # fourth order: two step lengths, extrapolated
  second <- function(h) { u <- diag(m) * h; H <- matrix(0, m, m)
    for (i in 1:m) for (j in 1:i) H[i, j] <- H[j, i] <- (minus(b + u[i, ] + u[j, ]) - minus(b + u[i, ] - u[j, ]) - minus(b - u[i, ] + u[j, ]) + minus(b - u[i, ] - u[j, ])) / (4 * h * h)
    H }
  H <- (4 * second(h) - second(2 * h)) / 3
  N <- function(b) sum(d$n * stands(b))
  g <- sapply(1:m, function(i) (8 * (N(b + unit[i, ]) - N(b - unit[i, ])) - (N(b + 2 * unit[i, ]) - N(b - 2 * unit[i, ]))) / (12 * h))
  q <- function(k) density[[base]](k, eta(b)$b, eta(b)$a)
  none <- parts(base, ones, k, eta(b))$none
  spread <- if (ones == "zot") ifelse(k == 1, 0, ((1 - q(1)) / (1 - q(0) - q(1)))^2 * (q(0) + q(1))) else none / (1 - none)^2
  se <- sqrt(sum(d$n * spread) + drop(g %*% solve(H, g)))
  text <- gsub("^~", "~ ", deparse(formula)); text <- gsub("~  ", "~ ", text)
  out <- function(what, value, tolerance) cat(sprintf('%s,counts,%s-%s,formula=%s%s,%s,%.12g,%g,agree,base R densities (tests/reference/r/regression.R),optim and differences: five digits\n',
    file, ones, base, text, further, what, value, tolerance))
  out("N", N(b), 2e-5); out("se(N)", se, 1e-4); out("loglik", -fit$value, 1e-7)
}
P <- "datasets/netherlands-1995/people.csv"; C <- "tests/data/covariates/carcass.csv"
full <- ~gender + age + nation; all <- ~log_size + log_distance + C_TYPE
row(P, people, "geometric", "zot", ~1, -1)
row(C, farms, "geometric", "zot", all, -1)
row(C, farms, "geometric", "zot", ~1, -1)
row(P, people, "geometric", "oizt", full, c(-1, -1))
row(P, people, "geometric", "oizt", ~1, c(-1, -1))
row(C, farms, "geometric", "oizt", all, c(-1, -1))
row(C, farms, "geometric", "oizt", ~1, c(-1, -1))
row(P, people, "geometric", "zt-hurdle", ~1, c(-1, 1))
row(C, farms, "geometric", "zt-hurdle", all, c(-1, 1))
row(C, farms, "geometric", "zt-hurdle", ~1, c(-1, 1))
row(P, people, "geometric", "hurdle-zt", full, c(-1, 0))
row(C, farms, "geometric", "hurdle-zt", all, c(-1, 0))
row(P, people, "negbin", "hurdle-zt", full, c(-1, -1, 0))
row(P, people, "negbin", "oizt", full, c(-1, -1, -1))
row(P, people, "negbin", "ztoi", full, c(-1, -1, -1))
row(C, farms, "negbin", "hurdle-zt", all, c(-1, -1, 0))
row(P, people, "negbin", "zot", ~1, c(-1, 0))
