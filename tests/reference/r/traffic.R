# Rows of tests/reference/traffic_loglog.csv and traffic_triangulate.csv, from the top of the tree:
#   Rscript tests/reference/r/traffic.R
# Made with R 4.2.2, MASS 7.3-58.2 (rlm), metafor 3.8-1 (rma). Three data sets that R ships: MASS::mammals and
# MASS::Animals (brain on body), trees (volume on girth and height); every third row is left to be predicted.
suppressMessages({ library(MASS); library(metafor) })
R <- paste0("R ", getRversion(), " MASS ", packageVersion("MASS"))

table_of <- function(name, y, x, w = NULL, file) {
  d <- data.frame(platform = name, registered = y, visitors = x)
  if (!is.null(w)) d$visits <- w
  d <- d[order(d$platform, method = "radix"), ]
  d$unknown <- seq_len(nrow(d)) %% 3 == 0
  out <- d
  out$registered[out$unknown] <- NA
  out$unknown <- NULL
  write.csv(out, file.path("tests/data", file), row.names = FALSE, quote = FALSE, na = "")
  d
}

rows <- character()
add <- function(file, shape, estimator, options, quantity, value, tolerance, source) {
  rows <<- c(rows, paste(file, shape, estimator, options, quantity, formatC(value, digits = 17, format = "g"), tolerance,
                         "agree", source, "", sep = ","))
}

loglog <- function(d, file, second) {
  f <- if (second) log(registered) ~ log(visitors) + log(visits) else log(registered) ~ log(visitors)
  known <- d[!d$unknown, ]; unknown <- d[d$unknown, ]
  for (fit in c("ols", "huber", "bisquare")) {
    m <- switch(fit, ols = lm(f, known),
                huber = rlm(f, known, psi = psi.huber, maxit = 5000, acc = 1e-13),
                bisquare = rlm(f, known, psi = psi.bisquare, maxit = 5000, acc = 1e-13))
    s <- if (fit == "ols") summary(m)$sigma else m$s
    tolerance <- if (fit == "ols") "1e-8" else "1e-6"
    eta <- predict(m, unknown)
    e <- known$registered; res <- log(e) - as.vector(predict(m, known))
    options <- paste0("weak-fit=accept;fit=", fit, if (second) ";second=visits" else "")
    row <- function(quantity, value, extra = "")
      add(paste0("tests/data/", file), "platforms", "traffic-loglog", paste0(options, extra), quantity, value, tolerance,
          paste(R, if (fit == "ols") "lm/predict" else "rlm/predict"))
    row("intercept", coef(m)[1]); row("slope", coef(m)[2]); row("residual_sd", s)
    if (second) row("slope2", coef(m)[3])
    row("N", sum(e) + sum(exp(eta)), ";retransform=median")
    row("N", sum(e) + sum(exp(eta)) * exp(s^2 / 2), ";retransform=mean")
    row("N", sum(e) + sum(exp(eta)) * mean(exp(res)), ";retransform=smearing")
    if (fit == "ols") {
      row("r2", summary(m)$r.squared); row("loglik", as.numeric(logLik(m))); row("aic", AIC(m)); row("bic", BIC(m))
      row("df", m$df.residual); row("se(slope)", summary(m)$coefficients[2, 2])
      row("se(intercept)", summary(m)$coefficients[1, 2])
    }
  }
}
plain <- function(x) gsub("[^A-Za-z ]", "", x)
loglog(table_of(plain(rownames(mammals)), mammals$brain, mammals$body, NULL, "traffic_mammals.csv"), "traffic_mammals.csv", FALSE)
loglog(table_of(plain(rownames(Animals)), Animals$brain, Animals$body, NULL, "traffic_animals.csv"), "traffic_animals.csv", FALSE)
loglog(table_of(sprintf("tree %02d", 1:31), trees$Volume, trees$Girth, trees$Height, "traffic_trees.csv"), "traffic_trees.csv", TRUE)
header <- "dataset,shape,estimator,options,quantity,value,tolerance,status,source,comment"
writeLines(c("# Made by tests/reference/r/traffic.R", header, rows), "tests/reference/traffic_loglog.csv")

rows <- character()
meta <- function(file, scale, method) {
  d <- read.csv(file)
  if (!is.null(d$group)) d <- d[d$group %in% names(which(table(d$group) > 1)), ] # a group of one is left out
  groups <- if (is.null(d$group)) rep("all", nrow(d)) else d$group
  one <- lapply(split(d, groups), function(g) {
    y <- if (scale == "log") log(g$estimate) else g$estimate
    v <- if (scale == "log") (g$estimate_se / g$estimate)^2 else g$estimate_se^2
    if (!is.null(g$confidence)) v <- 100 * v / g$confidence
    m <- rma(y, v, method = method, control = list(threshold = 1e-13 * max(v), maxiter = 10000))
    list(b = as.numeric(m$beta), tau2 = m$tau2, I2 = m$I2 / 100, se = m$se, low = m$ci.lb, high = m$ci.ub)
  })
  pick <- function(what) sapply(one, function(m) m[[what]])
  options <- paste0("scale=", scale, ";method=", tolower(method))
  row <- function(quantity, value)
    add(file, "estimates", "triangulate", options, quantity, value, "1e-8", paste("R", getRversion(), "metafor", packageVersion("metafor")))
  row("N", mean(if (scale == "log") exp(pick("b")) else pick("b")))
  row("tau2", mean(pick("tau2"))); row("I2", mean(pick("I2")))
  if (scale == "identity") row("se(N)", sqrt(sum(pick("se")^2)) / length(one))
  if (scale == "log" && length(one) == 1) {
    row("N.lower@log@0.95", exp(one[[1]]$low)); row("N.upper@log@0.95", exp(one[[1]]$high))
  } else if (scale == "log") for (g in names(one)) {
    row(paste0("N[", g, "].lower@log@0.95"), exp(one[[g]]$low)); row(paste0("N[", g, "].upper@log@0.95"), exp(one[[g]]$high))
  }
}
for (file in c("datasets/stewart-2015/perlab.csv", "tests/data/estimates_q1_2013.csv", "tests/data/estimates_disagreeing.csv"))
  for (scale in c("log", "identity")) for (method in c("REML", "DL")) meta(file, scale, method)
writeLines(c("# Made by tests/reference/r/traffic.R", header, rows), "tests/reference/traffic_triangulate.csv")
