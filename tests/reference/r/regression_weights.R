# Zero-truncated Poisson and geometric regressions with sampling weights and an offset, from base R's densities: optim for
# the weighted likelihood, then sums over people one by one. Rscript tests/reference/r/regression_weights.R
d <- read.csv("tests/data/covariates/weighted.csv")
X <- model.matrix(~ sex + age, d)
eta_of <- function(b) drop(X %*% b) + log(d$days)
lp <- list(
  poisson = function(k, e) dpois(k, exp(e), log = TRUE) - log1p(-dpois(0, exp(e))),
  geometric = function(k, e) dgeom(k, 1 / (1 + exp(e)), log = TRUE) - log1p(-1 / (1 + exp(e))))
none <- list(poisson = function(e) exp(-exp(e)), geometric = function(e) 1 / (1 + exp(e)))
for (f in names(lp)) {
  for (weighted in c(FALSE, TRUE)) {
    w <- if (weighted) d$w else rep(1, nrow(d))
    # per person score and information by central differences of ln P, which is smooth in eta
    h <- 1e-4
    slope <- function(e) (lp[[f]](d$times, e + h) - lp[[f]](d$times, e - h)) / (2 * h)
    curve <- function(e) (lp[[f]](d$times, e + h) - 2 * lp[[f]](d$times, e) + lp[[f]](d$times, e - h)) / h^2
    b <- c(-3, 0, 0)
    for (i in 1:50) {
      e <- eta_of(b); J <- t(X) %*% (X * -(w * curve(e))); b <- b + solve(J, t(X) %*% (w * slope(e)))[, 1]
    }
    e <- eta_of(b); p0 <- none[[f]](e); s <- 1 / (1 - p0); v <- p0 / (1 - p0)^2
    ds <- (1 / (1 - none[[f]](e + h)) - 1 / (1 - none[[f]](e - h))) / (2 * h)
    J <- t(X) %*% (X * -(w * curve(e))); U <- X * (w * slope(e)); Ji <- solve(J)
    V <- if (weighted) Ji %*% t(U) %*% U %*% Ji else Ji
    part <- function(name, who) {
      g <- colSums(X[who, ] * (w * ds)[who])
      cat(sprintf("%s weighted=%s %s %.10g se %.10g\n", f, weighted, name, sum((w * s)[who]),
                  sqrt(sum((w^2 * v + w * (w - 1) * s)[who]) + drop(g %*% V %*% g))))
    }
    part("N", rep(TRUE, nrow(d))); part("f", d$sex == "f"); part("m", d$sex == "m")
    for (j in 1:3) cat(sprintf("%s weighted=%s %s %.10g se %.10g\n", f, weighted, colnames(X)[j], b[j], sqrt(V[j, j])))
    if (!weighted) cat(sprintf("%s loglik %.10g\n", f, sum(lp[[f]](d$times, e))))
  }
}
