# Log-linear models over lists and strata: glm where all lists operated; where list C did not operate in the south, EM around
# glm (Zwane, van der Pal-de Bruin and van der Heijden 2004), and a direct search of the likelihood of what was seen.
d <- read.csv("tests/data/lists_by_region.csv")
full <- expand.grid(A = 0:1, B = 0:1, C = 0:1, region = c("north", "south"))
key <- function(x) paste(x$A, x$B, x$C, x$region)
full$y <- d$n[match(key(full), key(d))]
full$y[is.na(full$y)] <- 0
seen <- with(full, A + B + C > 0)
show <- function(what, x) cat(sprintf("%-28s %.15g\n", what, x))

# all lists everywhere
e <- read.csv("tests/data/lists_by_region_all.csv")
both <- subset(full, seen)
both$y <- e$n[match(key(both), key(e))]
n <- sum(both$y)
unseen <- function(g, se) {
  nd <- subset(full, !seen)
  X <- model.matrix(delete.response(terms(g)), nd)
  u <- exp(X %*% coef(g))
  slope <- colSums(as.vector(u) * X)
  c(N = n + sum(u), se = sqrt(sum(u) + slope %*% vcov(g) %*% slope))
}
ctl <- glm.control(epsilon = 1e-14, maxit = 100)
for (f in c("y ~ region + A*B + C", "y ~ region * (A + B + C) + A:B")) {
  g <- glm(as.formula(f), poisson, both, control = ctl)
  r <- unseen(g)
  show(paste(f, "N"), r[1]); show("se", r[2]); show("deviance", deviance(g)); show("aic", AIC(g)); show("df", df.residual(g))
}

# C absent from the south: cells there are sums over C
south <- full$region == "south"
for (f in c("~ region + A*B + C", "~ region + A*C + B", "~ region + A*B + A*C")) {
  X <- model.matrix(as.formula(f), full)
  observed <- rbind(subset(full, !south & seen), subset(full, south & C == 0 & A + B > 0))
  means <- function(b) {
    mu <- exp(X %*% b)
    mu[match(paste(observed$A, observed$B, observed$C, observed$region), key(full))] +
      ifelse(observed$region == "south", mu[match(paste(observed$A, observed$B, 1, observed$region), key(full))], 0)
  }
  l <- function(b) sum(dpois(observed$y, means(b), log = TRUE))
  z <- pmax(full$y, 0.5)
  b <- coef(glm.fit(X, z, family = poisson(), control = ctl))
  for (i in 1:200000) {
    mu <- as.vector(exp(X %*% b))
    z <- mu # cells that nobody sees: their means
    z[!south & seen] <- full$y[!south & seen]
    for (a in 0:1) for (e in 0:1) if (a + e > 0) {
      at <- which(south & full$A == a & full$B == e)
      z[at] <- full$y[at[full$C[at] == 0]] * mu[at] / sum(mu[at])
    }
    new <- coef(glm.fit(X, z, family = poisson(), start = b, control = ctl))
    if (max(abs(new - b)) < 1e-14) break
    b <- new
  }
  N <- sum(exp(X %*% b)) # at the maximum the fitted total is the seen and the unseen
  o <- optim(b + 0.3, function(b) -l(b), method = "BFGS", control = list(reltol = 1e-15, maxit = 5000))
  J <- sapply(seq_along(b), function(j) { e <- replace(0 * b, j, 1e-6); (means(b + e) - means(b - e)) / 2e-6 })
  V <- solve(crossprod(J / sqrt(means(b))))
  hidden <- with(full, (A + B + C == 0) | (region == "south" & A + B == 0))
  u <- exp(X[hidden, ] %*% b); s <- colSums(as.vector(u) * X[hidden, ])
  show(paste(f, "N by EM"), sum(observed$y) + sum(u)); show("steps of EM", i)
  show("N by direct search", sum(observed$y) + sum(exp(X[hidden, ] %*% o$par)))
  show("se", sqrt(sum(u) + s %*% V %*% s)); show("loglik", l(b)); show("loglik, direct", -o$value)
  so <- hidden & south
  show("N[region=south]", sum(full$y[south]) + sum(exp(X[so, ] %*% b)))
}
