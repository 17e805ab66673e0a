# Returns an environment variable, and ends the program where it is not set.
sub env {
    my ($name) = @_;
    return $ENV{$name} // die "$name is not set\n";
}
