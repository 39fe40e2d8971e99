# Rows of tests/reference/occasions_huggins_r.csv, from the top of the tree:
#   Rscript tests/reference/r/huggins.R
# Made with R 4.2.2 and numDeriv. Another route than the estimator's: person by person and occasion by occasion from the
# histories, optim and Newton steps on Richardson's derivatives, N's gradient and the information by differences.
library(numDeriv)
SOURCE <- paste0("R ", getRversion(), " optim and numDeriv ", packageVersion("numDeriv"))
rows <- character()
d <- read.csv("tests/data/covariates/deermice.csv"); Y <- as.matrix(d[, 1:6]); t <- 6
before <- t(apply(Y, 1, function(y) cumsum(c(0, y))[1:t] > 0))

check <- function(form, formula, formula_c = NULL) {
  X <- model.matrix(as.formula(formula), d); times <- form %in% c("mt", "mtb"); again <- form %in% c("mb", "mtb")
  Z <- if (again) model.matrix(as.formula(if (is.null(formula_c)) "~ 1" else formula_c), d) else NULL
  k <- (if (times) t else 1) + ncol(X) - 1
  logits <- function(b) {
    a <- if (times) matrix(b[1:t], nrow(d), t, byrow = TRUE) else matrix(b[1], nrow(d), t)
    if (ncol(X) > 1) a <- a + c(X[, -1, drop = FALSE] %*% b[(k - ncol(X) + 2):k])
    a
  }
  P0 <- function(b) apply(1 - plogis(logits(b)), 1, prod)
  L <- function(b) {
    eta <- logits(b); if (again) eta <- eta + before * c(Z %*% b[-(1:k)])
    -sum(Y * plogis(eta, log.p = TRUE) + (1 - Y) * plogis(-eta, log.p = TRUE)) + sum(log(1 - P0(b)))
  }
  b <- optim(rep(0, k + if (again) ncol(Z) else 0), L, method = "BFGS", control = list(maxit = 1000, reltol = 1e-14))$par
  for (i in 1:20) b <- b - solve(hessian(L, b), grad(L, b))
  V <- solve(hessian(L, b)); name <- function(n) gsub(":age", ":age=", gsub("^sex", "sex=", gsub("^age", "age=", gsub("(Intercept)", "(intercept)", n, fixed = TRUE))))
  names(b) <- c(if (times) paste0("beta[(intercept):", 1:t, "]") else "beta[(intercept)]",
                if (ncol(X) > 1) paste0("beta[", name(colnames(X)[-1]), "]"), if (again) paste0("gamma[", name(colnames(Z)), "]"))
  options <- paste0("form=", form, if (formula != "~ 1") paste0(";formula=", formula), if (!is.null(formula_c)) paste0(";formula-c=", formula_c))
  row <- function(quantity, value, tolerance)
    rows <<- c(rows, paste("tests/data/covariates/deermice.csv", "occasions", "huggins", options, quantity,
                           formatC(value, digits = 12, format = "g", flag = "-"), tolerance, "agree", SOURCE, "", sep = ","))
  stratum <- function(who, label) {
    N <- function(b) sum(1 / (1 - P0(b))[who]); p0 <- P0(b)[who]; g <- grad(N, b)
    row(label, N(b), "1e-7"); row(paste0("se(", label, ")"), sqrt(sum(p0 / (1 - p0)^2) + sum(g * V %*% g)), "1e-6")
  }
  stratum(rep(TRUE, nrow(d)), "N")
  if (grepl("age", formula)) for (a in c("a", "y")) stratum(d$age == a, paste0("N[age=", a, "]"))
  row("loglik", -L(b), "1e-9")
  for (i in seq_along(b)) { row(names(b)[i], b[i], "1e-7"); row(paste0("se(", names(b)[i], ")"), sqrt(V[i, i]), "1e-6") }
}
check("mtb", "~ 1")
check("mb", "~ sex + age")
check("mtb", "~ sex")
check("mtb", "~ sex + age")
check("mt", "~ sex * age")
check("mb", "~ sex", "~ sex")
check("mtb", "~ age", "~ sex")
writeLines(c("# Made by tests/reference/r/huggins.R", "dataset,shape,estimator,options,quantity,value,tolerance,status,source,comment", rows),
           "tests/reference/occasions_huggins_r.csv")
