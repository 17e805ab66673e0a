# Asks on the terminal, without showing what is typed.
sub ask {
    my ($name) = @_;
    print STDERR "$name: ";
    system 'stty', '-echo';
    my $answer = <STDIN>;
    system 'stty', 'echo';
    print STDERR "\n";
    die "there is no answer\n" unless defined $answer;
    chomp $answer;
    return $answer;
}
