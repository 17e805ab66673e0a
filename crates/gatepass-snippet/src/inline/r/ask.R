# Asks on the terminal, without showing what is typed.
ask <- function(name) {
  if (interactive()) return(askpass::askpass(paste0(name, ": ")))
  cat(name, ": ", sep = "", file = stderr())
  hidden <- system("stty -echo") == 0
  input <- file("stdin")
  on.exit({
    if (hidden) system("stty echo")
    cat("\n", file = stderr())
    close(input)
  })
  readLines(input, n = 1, encoding = "UTF-8")
}
