# All 113 hierarchical log-linear models of four lists by glm, and their average: the rows of loglinear-average.
# Rscript tests/reference/r/loglinear_average.R
d <- read.csv("tests/data/mse_kosovo1999_4lists.csv")
lists <- names(d)[1:4]
y <- d[[5]]
n <- sum(y)
terms <- unlist(lapply(2:3, function(k) combn(lists, k, paste, collapse = ":")))
parts <- function(t) strsplit(t, ":")[[1]]
hierarchical <- function(chosen) all(sapply(chosen, function(t) {
  p <- parts(t)
  length(p) == 2 || all(sapply(seq_along(p), function(i) any(sapply(chosen, function(u) setequal(parts(u), p[-i])))))
}))
rows <- list()
for (code in 0:(2^length(terms) - 1)) {
  chosen <- terms[bitwAnd(code, 2^(seq_along(terms) - 1)) > 0]
  if (length(chosen) && !hierarchical(chosen)) next
  f <- glm(as.formula(paste("y ~", paste(c(lists, chosen), collapse = "+"))), poisson, d, control = list(epsilon = 1e-14, maxit = 200))
  p <- length(coef(f))
  l <- as.numeric(logLik(f))
  u <- exp(coef(f)[[1]])
  rows[[length(rows) + 1]] <- c(N = n + u, se = sqrt(u + u^2 * vcov(f)[1, 1]), bic = -2 * l + p * log(n), aic = -2 * l + 2 * p,
                                aicc = -2 * l + 2 * p + 2 * p * (p + 1) / (n - p - 1))
}
m <- do.call(rbind, rows)
cat(nrow(m), "models\n")
for (criterion in c("bic", "aic", "aicc")) {
  w <- exp(-(m[, criterion] - min(m[, criterion])) / 2)
  w <- w / sum(w)
  N <- sum(w * m[, "N"])
  best <- which.min(m[, criterion])
  cat(criterion, sprintf("%.15g", c(N, sum(w * sqrt(m[, "se"]^2 + (m[, "N"] - N)^2)), m[best, "N"], m[best, "se"], m[best, criterion])), "\n")
}
