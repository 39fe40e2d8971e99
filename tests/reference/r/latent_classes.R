# Rows of tests/reference/lists_latent_r.csv, from the top of the tree:
#   Rscript tests/reference/r/latent_classes.R
# Made with R 4.2.2 and numDeriv. Another route than the estimator's: the likelihood of the whole population's shares and
# chances, not of those met; optim from many starts, then Newton steps on Richardson's derivatives; standard errors by the
# numerical Hessian (N itself a parameter of the full likelihood); profile limits by uniroot over refits at fixed N.
library(numDeriv)
SOURCE <- paste0("R ", getRversion(), " optim and numDeriv ", packageVersion("numDeriv"))
rows <- character()

newton <- function(f, x) {
  for (i in 1:30) {
    g <- grad(f, x); H <- hessian(f, x); step <- solve(H, g)
    while (!is.finite(f(x - step)) || f(x - step) > f(x) + 1e-9) step <- step / 2
    x <- x - step
    if (max(abs(step)) < 1e-10 * max(1, abs(x))) break
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

check <- function(file, lists, C, limits = NULL) {
  d <- read.csv(file.path("tests/data", file), comment.char = "#")
  X <- as.matrix(d[, lists]); y <- d[[ncol(d)]]; y <- y[rowSums(X) > 0]; X <- X[rowSums(X) > 0, ]
  K <- ncol(X); n <- sum(y); k <- C * (K + 1) - 1
  row <- function(quantity, value, tolerance, likelihood)
    rows <<- c(rows, paste(paste0("tests/data/", file), "lists", "latent-classes", paste0("classes=", C, ";likelihood=", likelihood),
                           quantity, formatC(value, digits = 12, format = "g", flag = "-"), tolerance, "agree", SOURCE, "", sep = ","))
  parts <- function(x) { a <- exp(c(x[seq_len(C - 1)], 0)); list(w = a / sum(a), p = matrix(plogis(x[C:k]), C)) }
  P <- function(x) { a <- parts(x); c(exp(X %*% t(log(a$p)) + (1 - X) %*% t(log(1 - a$p))) %*% a$w) }
  P0 <- function(x) { a <- parts(x); sum(a$w * apply(1 - a$p, 1, prod)) }
  conditional <- function(x) -sum(y * log(P(x) / (1 - P0(x))))
  full <- function(x) { u <- exp(x[k + 1]); -(lgamma(n + u + 1) - lgamma(u + 1) + u * log(P0(x)) + sum(y * log(P(x)))) }
  set.seed(1)
  starts <- cbind(matrix(rnorm(12 * (C - 1)), 12), matrix(rnorm(12 * C * K, -1, 1.2), 12))
  x <- search(conditional, starts)
  N <- function(x) n / (1 - P0(x)); J <- grad(N, x); H <- hessian(conditional, x)
  row("N", N(x), "1e-7", "conditional")
  row("se(N)", sqrt(n * P0(x) / (1 - P0(x))^2 + sum(J * solve(H, J))), "1e-6", "conditional")
  row("loglik", -conditional(x) + n * log(n) - n - sum(lgamma(y + 1)), "1e-9", "conditional")
  share <- function(x) { a <- parts(x); a$w[order(1 - apply(1 - a$p, 1, prod))] }
  S <- jacobian(share, x); V <- solve(H)
  for (j in 1:C) if (C > 1) {
    row(paste0("share[", j, "]"), share(x)[j], "1e-6", "conditional")
    row(paste0("se(share[", j, "])"), sqrt(c(S[j, ] %*% V %*% S[j, ])), "1e-6", "conditional")
  }
  z <- newton(full, c(x, log(N(x) - n)))
  top <- -full(z)
  row("N", n + exp(z[k + 1]), "1e-7", "full")
  row("se(N)", exp(z[k + 1]) * sqrt(solve(hessian(full, z))[k + 1, k + 1]), "1e-6", "full")
  if (!is.null(limits)) {
    drop <- function(M) {
      f <- function(x) full(c(x, log(M - n)))
      m <- optim(z[1:k], f, method = "BFGS", control = list(maxit = 2000, reltol = 1e-15))
      2 * (top + f(newton(f, m$par))) - qchisq(0.95, 1)
    }
    M <- n + exp(z[k + 1])
    row("N.lower@profile@0.95", uniroot(drop, limits[1:2], tol = 1e-7)$root, "1e-6", "full")
    row("N.upper@profile@0.95", uniroot(drop, limits[3:4], tol = 1e-7)$root, "1e-6", "full")
  }
}
check("mse_kosovo1999_4lists.csv", 1:4, 1)
check("mse_kosovo1999_4lists.csv", 1:4, 2)
check("latent_two_classes.csv", 1:4, 2, limits = c(3350, 3800, 3950, 4900))
check("latent_two_classes_five.csv", 1:5, 2)
writeLines(c("# Made by tests/reference/r/latent_classes.R", "dataset,shape,estimator,options,quantity,value,tolerance,status,source,comment", rows),
           "tests/reference/lists_latent_r.csv")
