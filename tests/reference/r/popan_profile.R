# Rows of tests/reference/open_popan_profile.csv, from the top of the tree:
#   Rscript tests/reference/r/popan_profile.R
# Made with R 4.2.2: the full likelihood of Schwarz and Arnason history by history, phi(.) p(.) pent(t), maximised by optim at each
# fixed N, and the two N where it has fallen by half of chi squared's 95 % point.
d <- read.csv("tests/data/open/dipper.csv"); Y <- as.matrix(d[, 1:7]); people <- if (ncol(d) > 7) d[[8]] else rep(1, nrow(d))
k <- ncol(Y); n <- sum(people)
first <- apply(Y, 1, function(y) which(y == 1)[1]); last <- apply(Y, 1, function(y) max(which(y == 1)))
loglik <- function(x, N) { # x: logit phi, logit p, roots of entries relative to the first
  phi <- plogis(x[1]); p <- plogis(x[2]); b <- c(1, x[-(1:2)]^2); b <- b / sum(b)
  never <- numeric(k); never[k] <- 1; for (i in (k - 1):1) never[i] <- 1 - phi * (1 - (1 - p) * never[i + 1])
  psi <- numeric(k); psi[1] <- b[1]; for (i in 2:k) psi[i] <- psi[i - 1] * (1 - p) * phi + b[i]
  after <- sapply(seq_len(nrow(Y)), function(h) {
    f <- first[h]; l <- last[h]; if (f == l) return(0)
    y <- Y[h, (f + 1):l]; sum(log(phi) + ifelse(y == 1, log(p), log(1 - p)))
  })
  lgamma(N + 1) - lgamma(N - n + 1) + sum(people * (log(psi[first] * p) + after + log(never[last]))) + (N - n) * log(1 - sum(psi * p))
}
x <- c(0.3, 2, rep(0.8, k - 1))
at <- function(N) { for (i in 1:3) { m <- optim(x, function(x) -loglik(x, N), method = "BFGS", control = list(maxit = 2000, reltol = 1e-15)); x <<- m$par }; -m$value }
best <- optimize(at, c(n + 1, n + 60), maximum = TRUE, tol = 1e-7)
drop <- function(N) at(N) - best$objective + qchisq(0.95, 1) / 2
limits <- c(uniroot(drop, c(n + 0.5, best$maximum), tol = 1e-8)$root, uniroot(drop, c(best$maximum, n + 80), tol = 1e-8)$root)
row <- function(quantity, value, tolerance) paste("tests/data/open/dipper.csv,occasions,popan,phi=.;p=.;likelihood=full", quantity,
  formatC(value, digits = 11, format = "g"), tolerance, "agree", paste0("R ", getRversion(), " optim at fixed N"), "", sep = ",")
writeLines(c("# Made by tests/reference/r/popan_profile.R", "dataset,shape,estimator,options,quantity,value,tolerance,status,source,comment",
             row("N_super.lower@profile@0.95", limits[1], "1e-6"), row("N_super.upper@profile@0.95", limits[2], "1e-6")),
           "tests/reference/open_popan_profile.csv")
print(best$maximum, digits = 10)
