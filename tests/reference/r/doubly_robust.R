# Rows of tests/reference/lists_doubly_robust.csv, from the top of the tree:
#   Rscript tests/reference/r/doubly_robust.R
# Made with R 4.2.2, one fold (how people are dealt into more is a stream of our own). Another route than the estimator's: person
# by person; three logistic shares by Newton on a written-out likelihood from optim. With a factor
# alone the plug-in is Petersen's estimate by level, in closed form.
SOURCE <- paste0("R ", getRversion())
d <- read.csv("tests/data/covariates/two_lists.csv"); n <- nrow(d); y1 <- d$y1; y2 <- d$y2; y12 <- y1 * y2
rows <- character()
row <- function(options, quantity, value, tolerance, source = SOURCE)
  rows <<- c(rows, paste("tests/data/covariates/two_lists.csv", "lists", "doubly-robust", options, quantity,
                         formatC(value, digits = 12, format = "g", flag = "-"), tolerance, "agree", source, "", sep = ","))
fit <- function(X) { # shares of first only, second only and both
  p <- ncol(X); Y <- cbind(y1 - y12, y2 - y12, y12)
  q <- function(b) { e <- cbind(exp(X %*% b[1:p]), exp(X %*% b[-(1:p)]), 1); e / rowSums(e) }
  b <- optim(rep(0, 2 * p), function(b) -sum(Y * log(q(b))), method = "BFGS", control = list(maxit = 1000))$par
  for (i in 1:20) {
    s <- q(b); g <- c(t(X) %*% (Y[, 1] - s[, 1]), t(X) %*% (Y[, 2] - s[, 2]))
    W <- function(a, c) t(X) %*% (((a == c) * s[, a] - s[, a] * s[, c]) * X)
    b <- b + solve(rbind(cbind(W(1, 1), W(1, 2)), cbind(W(2, 1), W(2, 2))), g)
  }
  q(b)
}
phi_of <- function(q, y1, y2) { q1 <- q[, 1] + q[, 3]; q2 <- q[, 2] + q[, 3]; q1 * q2 / q[, 3] * (y1 / q1 + y2 / q2 - y1 * y2 / q[, 3]) }
inverse_of <- function(q) (q[, 1] + q[, 3]) * (q[, 2] + q[, 3]) / q[, 3]
say <- function(formula, q) {
  for (method in c("plug-in", "doubly-robust")) {
    phi <- phi_of(q, y1, y2); term <- if (method == "doubly-robust") phi else inverse_of(q)
    options <- paste0("method=", method, ";folds=1;formula=", formula)
    N <- sum(term); spread <- n * var(phi)
    row(options, "N", N, "1e-8"); row(options, "se(N)", sqrt(spread + N * (N - n) / n), "1e-6")
    row(options, "psi", n / N, "1e-8"); row(options, "se(psi)", sqrt(spread) * n / N^2, "1e-6")
    if (grepl("side", formula)) for (g in c("high", "low")) row(options, paste0("N[side=", g, "]"), sum(term[d$side == g]), "1e-8")
  }
}
say("~ x1 + x2", fit(model.matrix(~ x1 + x2, d)))
say("~ x1 * side", fit(model.matrix(~ x1 * side, d)))
for (g in c("high", "low")) {
  i <- d$side == g
  row("method=plug-in;folds=1;formula=~ side", paste0("N[side=", g, "]"), sum(y1[i]) * sum(y2[i]) / sum(y12[i]), "1e-8", "n1 n2/m of the level")
  row("folds=1;formula=~ side", paste0("N[side=", g, "]"), sum(y1[i]) * sum(y2[i]) / sum(y12[i]), "1e-8", "n1 n2/m of the level")
}
row("folds=1", "N", sum(y1) * sum(y2) / sum(y12), "1e-10", "n1 n2/m")
writeLines(c("# Made by tests/reference/r/doubly_robust.R", "dataset,shape,estimator,options,quantity,value,tolerance,status,source,comment", rows),
           "tests/reference/lists_doubly_robust.csv")
