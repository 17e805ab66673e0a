// ask asks on the terminal, without showing what is typed.
func ask(name string) string {
	echo := func(mode string) {
		stty := exec.Command("stty", mode)
		stty.Stdin = os.Stdin
		_ = stty.Run()
	}
	fmt.Fprintf(os.Stderr, "%s: ", name)
	echo("-echo")
	defer echo("echo")
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		log.Fatal(err)
	}
	return strings.TrimRight(answer, "\r\n")
}
