# Rows of tests/reference/counts_het_r.csv, from the top of the tree:
#   Rscript tests/reference/r/heterogeneity.R
# Made with R 4.2.2 and numDeriv. Another route than the estimators': likelihoods from dbinom and lbeta in the chances and
# shares of the whole population, not of those met; optim from many starts, then Newton steps on Richardson's derivatives;
# standard errors from the numerical Hessian (with N itself a parameter of the full likelihood), profile limits by uniroot.
library(numDeriv)
SOURCE <- paste0("R ", getRversion(), " optim and numDeriv ", packageVersion("numDeriv"))
rows <- character()

P_mixture <- function(x, t, c) { # cells 0..t; x: ln(pi_j/pi_c), logit p_j
  share <- exp(c(x[seq_len(c - 1)], 0)); share <- share / sum(share)
  p <- plogis(x[c:(2 * c - 1)])
  rowSums(sapply(1:c, function(j) share[j] * dbinom(0:t, t, p[j])))
}
P_beta <- function(x, t) { # x: ln alpha, ln beta
  a <- exp(x[1]); b <- exp(x[2])
  exp(lchoose(t, 0:t) + lbeta(0:t + a, t - 0:t + b) - lbeta(a, b))
}
newton <- function(f, x) { # to the last digits
  for (i in 1:30) {
    g <- grad(f, x); H <- hessian(f, x)
    step <- try(solve(H, g), silent = TRUE)
    if (inherits(step, "try-error")) break # a class at the edge: what optim has found stands
    while (!is.finite(f(x - step)) || f(x - step) > f(x) + 1e-9) step <- step / 2
    x <- x - step
    if (max(abs(step)) < 1e-11 * max(1, abs(x))) break
  }
  x
}
search <- function(f, starts) {
  best <- NULL
  for (i in seq_len(nrow(starts))) {
    m <- try(optim(starts[i, ], f, method = "BFGS", control = list(maxit = 2000, reltol = 1e-14)), silent = TRUE)
    if (!inherits(m, "try-error") && (is.null(best) || m$value < best$value)) best <- m
  }
  newton(f, best$par)
}

check <- function(file, t, estimator, c = NULL) {
  d <- read.csv(file.path("tests/data/frequencies", file)); names(d) <- c("times", "people")
  f <- numeric(t); f[d$times] <- d$people; n <- sum(f)
  P <- if (is.null(c)) function(x) P_beta(x, t) else function(x) P_mixture(x, t, c)
  k <- if (is.null(c)) 2 else 2 * c - 1
  set.seed(1)
  starts <- if (is.null(c)) as.matrix(expand.grid(c(-1, 0, 1), c(0, 1, 2))) else
    cbind(matrix(rnorm(20 * (c - 1)), 20), matrix(rnorm(20 * c, -1, 1.2), 20))
  options <- paste0(if (is.null(c)) "" else paste0("classes=", c, ";"), "occasions=", t)
  row <- function(quantity, value, tolerance, likelihood)
    rows <<- c(rows, paste(paste0("tests/data/frequencies/", file), "counts", estimator,
                           paste0("likelihood=", likelihood, ";", options), quantity,
                           formatC(value, digits = 12, format = "g", flag = "-"), tolerance, "agree", SOURCE, "", sep = ","))
  parts <- function(x) { # the quantities, in the estimators' order: classes by their chance
    if (is.null(c)) return(c(alpha = exp(x[[1]]), beta = exp(x[[2]]), p0 = P(x)[1]))
    share <- exp(c(x[seq_len(c - 1)], 0)); share <- share / sum(share); p <- plogis(x[c:(2 * c - 1)]); o <- order(p)
    setNames(c(p[o], share[o]), c(paste0("p[", 1:c, "]"), paste0("share[", 1:c, "]")))
  }
  say <- function(x, V, likelihood) {
    q <- parts(x); J <- jacobian(function(z) parts(z), x)
    for (i in seq_along(q)) {
      row(names(q)[i], q[[i]], "1e-7", likelihood)
      row(paste0("se(", names(q)[i], ")"), sqrt(drop(J[i, ] %*% V %*% J[i, ])), "1e-6", likelihood)
    }
  }
  # given how many were met
  L <- function(x) { p <- P(x); -sum(f * (log(p[-1]) - log1p(-p[1]))) }
  x <- search(L, starts); V <- solve(hessian(L, x)); p0 <- P(x)[1]
  gN <- grad(function(z) n / (1 - P(z)[1]), x)
  row("N", n / (1 - p0), "1e-7", "conditional")
  row("se(N)", sqrt(n * p0 / (1 - p0)^2 + drop(gN %*% V %*% gN)), "1e-6", "conditional")
  row("loglik", -L(x), "1e-9", "conditional")
  say(x, V, "conditional")
  # N among the parameters
  full <- function(z) {
    if (max(abs(z)) > 15) return(1e10) # there the difference of two lgamma has no digits left
    p <- P(z[1:k]); N <- n + exp(z[k + 1])
    -(lgamma(N + 1) - lgamma(N - n + 1) - lgamma(n + 1) + (N - n) * log(p[1]) + sum(f * log(p[-1])))
  }
  z <- search(full, cbind(rbind(x, starts[1:3, ]), log(n * p0 / (1 - p0))))
  N <- n + exp(z[k + 1]); V <- solve(hessian(full, z))
  row("N", N, "1e-7", "full")
  row("se(N)", exp(z[k + 1]) * sqrt(V[k + 1, k + 1]), "1e-6", "full")
  row("loglik", -full(z), "1e-9", "full")
  say(z[1:k], V[1:k, 1:k], "full")
  # the N that this likelihood does not reject
  at <- z[1:k]
  drop_at <- function(l) { # ln(N-n) in small steps from the maximum, so that no other maximum is met
    at <<- newton(function(y) full(c(y, l)), at)
    full(c(at, l)) - full(z) - qchisq(0.95, 1) / 2
  }
  for (side in c("lower", "upper")) {
    at <- z[1:k]; far <- z[k + 1]; step <- if (side == "upper") 0.1 else -0.1
    while (abs(far - z[k + 1]) < 4 && drop_at(far + step) < 0) far <- far + step
    if (abs(far - z[k + 1]) >= 4) next # the limit is at n, or at infinity
    l <- uniroot(drop_at, sort(c(far, far + step)), tol = 1e-11)$root
    row(paste0("N.", side, "@profile@0.95"), n + exp(l), "1e-6", "full")
  }
}
check("White1982.csv", 7, "binomial-mixture", 2)
check("hare.csv", 6, "binomial-mixture", 2)
check("deermice.csv", 6, "binomial-mixture", 2)
check("cottontail.csv", 18, "binomial-mixture", 2)
check("White1982.csv", 7, "beta-binomial")
check("hare.csv", 6, "beta-binomial")
check("deermice.csv", 6, "beta-binomial")
check("cottontail.csv", 18, "beta-binomial")
header <- "dataset,shape,estimator,options,quantity,value,tolerance,status,source,comment"
writeLines(c("# Made by tests/reference/r/heterogeneity.R", header, rows), "tests/reference/counts_het_r.csv")
