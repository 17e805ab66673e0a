# Asks on the terminal, without showing what is typed.
sub ask {
    my ($name) = @_;
    print STDERR "$name: ";
    system 'stty', '-echo';
    chomp(my $answer = <STDIN>);
    system 'stty', 'echo';
    print STDERR "\n";
    return $answer;
}
