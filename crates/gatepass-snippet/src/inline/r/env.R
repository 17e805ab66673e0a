# Returns an environment variable, and ends the program where it is not set.
env <- function(name) {
  value <- Sys.getenv(name, NA)
  if (is.na(value)) stop(name, " is not set", call. = FALSE)
  value
}
