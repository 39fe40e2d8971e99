# The same work in R, timed, for tools/bench-r: microseconds a replicate of a bootstrap, resampling included. Base R always; what is
# not installed is skipped by name. Prints CSV: what,package,version,replicates,us.
counts <- read.csv("tests/data/mse_uk2013_5lists.csv", check.names = FALSE)
lists <- setdiff(names(counts), c("count", "n", "freq", "Freq"))
n <- counts[[setdiff(names(counts), lists)[1]]]
cells <- expand.grid(rep(list(0:1), length(lists)))[-1, ]
names(cells) <- lists
key <- function(d) do.call(paste, unname(as.list(d[lists])))
cells$y <- 0
at <- match(key(counts), key(cells))
cells$y[at[!is.na(at)]] <- n[!is.na(at)]
X <- model.matrix(~ LA * NG + LA * PFNCA + NG * GO + GO * GP, cells)
total <- sum(cells$y)
draw <- function() as.vector(rmultinom(1, total, cells$y))
time <- function(what, package, replicates, f) {
  f()
  best <- min(replicate(3, system.time(for (i in seq_len(replicates)) f())[["elapsed"]]))
  version <- if (package == "stats") as.character(getRversion()) else as.character(packageVersion(package))
  cat(sprintf("%s,%s,%s,%d,%.4g\n", what, package, version, replicates, 1e6 * best / replicates))
}
quiet <- function(x) suppressWarnings(x)
cat("what,package,version,replicates,us\n")
start <- coef(quiet(glm.fit(X, cells$y, family = poisson())))
time("loglinear-31-cells-10-parameters by glm", "stats", 100, function() {
  cells$y <- draw()
  quiet(glm(y ~ LA * NG + LA * PFNCA + NG * GO + GO * GP, poisson, cells))
})
time("loglinear-31-cells-10-parameters by glm.fit", "stats", 300, function() quiet(glm.fit(X, draw(), family = poisson(), start = start)))
if (requireNamespace("boot", quietly = TRUE)) {
  f <- c(293, 102, 51)
  people <- rep(seq_along(f), f)
  time("chao by boot", "boot", 1, function() boot::boot(people, function(x, i) {
    k <- tabulate(x[i], 3)
    sum(k) + k[1]^2 / (2 * k[2])
  }, 1000))
}
for (package in c("Rcapture", "SparseMSE", "singleRcapture", "LCMCR", "dga", "SpadeR"))
  if (!requireNamespace(package, quietly = TRUE)) message("bench-r: skipped: ", package, " is not installed here")
if (requireNamespace("Rcapture", quietly = TRUE)) {
  data <- as.matrix(cells[cells$y > 0, c(lists, "y")])
  time("independence by closedp.t, no replicate", "Rcapture", 20, function() quiet(Rcapture::closedpMS.t(data, dfreq = TRUE, maxorder = 1)))
}
