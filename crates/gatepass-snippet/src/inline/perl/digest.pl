# Answers a Digest challenge (RFC 7616) with MD5 or SHA-256 and qop=auth.
sub digest {
    my ($challenges, $method, $uri, $username, $password) = @_;
    my %hashes = ('MD5' => \&md5_hex, 'SHA-256' => \&sha256_hex);
    my ($best, $algorithm);
    my (undef, @offers) = split /(?:^|,\s*)Digest\s+/i, join ', ', @$challenges;
    for my $offer (@offers) {
        my %params;
        while ($offer =~ /([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g) {
            my ($name, $quoted, $token) = (lc $1, $2, $3);
            $quoted =~ s/\\(.)/$1/g if defined $quoted;
            $params{$name} = $token // $quoted;
        }
        my $name = uc($params{algorithm} // 'MD5');
        next unless $hashes{$name =~ s/-SESS$//r} && (!$best || $name =~ /^SHA-256/);
        ($best, $algorithm) = (\%params, $name);
    }
    die "the server offers no Digest with MD5 or SHA-256\n" unless $best;
    my $h = $hashes{$algorithm =~ s/-SESS$//r};
    my $quote = sub { '"' . $_[0] =~ s/(["\\])/\\$1/gr . '"' };
    my ($nonce, $nc) = ($best->{nonce}, '00000001');
    open my $random, '<:raw', '/dev/urandom' or die "no randomness: $!\n";
    read $random, my $bytes, 16;
    my $cnonce = unpack 'H*', $bytes;
    my $ha1 = $h->("$username:$best->{realm}:$password");
    $ha1 = $h->("$ha1:$nonce:$cnonce") if $algorithm =~ /-SESS$/;
    my $ha2 = $h->("$method:$uri");
    my @fields = ('username=' . $quote->($username), 'realm=' . $quote->($best->{realm}));
    push @fields, 'nonce=' . $quote->($nonce), 'uri=' . $quote->($uri);
    push @fields, "algorithm=$best->{algorithm}" if $best->{algorithm};
    push @fields, 'opaque=' . $quote->($best->{opaque}) if $best->{opaque};
    if ($best->{qop}) {
        push @fields, 'qop=auth', "nc=$nc", 'cnonce=' . $quote->($cnonce);
        push @fields, 'response=' . $quote->($h->("$ha1:$nonce:$nc:$cnonce:auth:$ha2"));
    } else {
        push @fields, 'response=' . $quote->($h->("$ha1:$nonce:$ha2"));
    }
    return 'Digest ' . join ', ', @fields;
}
