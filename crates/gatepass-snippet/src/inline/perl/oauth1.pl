# Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header.
sub oauth1 {
    my ($method, $url, $form, $consumer_key, $consumer_secret, $token, $token_secret) = @_;
    my $escape = sub { $_[0] =~ s/([^A-Za-z0-9\-._~])/sprintf '%%%02X', ord $1/ger };
    open my $random, '<:raw', '/dev/urandom' or die "no randomness: $!\n";
    read $random, my $bytes, 16;
    my @oauth = (
        ['oauth_consumer_key', $consumer_key],
        ['oauth_nonce', unpack 'H*', $bytes],
        ['oauth_signature_method', 'HMAC-SHA1'],
        ['oauth_timestamp', time],
        ['oauth_version', '1.0'],
    );
    push @oauth, ['oauth_token', $token] if length $token;
    my ($base, $query) = split /\?/, $url, 2;
    my @query = map { my ($name, $value) = map { tr/+/ /r =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger } split /=/, $_, 2; [$name, $value // ''] }
        split /&/, $query // '';
    my @pairs = map { [map { $escape->($_) } @$_] } @oauth, @query, @$form;
    my $normal = join '&', map { "$_->[0]=$_->[1]" } sort { $a->[0] cmp $b->[0] || $a->[1] cmp $b->[1] } @pairs;
    my $text = join '&', map { $escape->($_) } $method, $base, $normal;
    my $key = $escape->($consumer_secret) . '&' . $escape->($token_secret);
    push @oauth, ['oauth_signature', encode_base64(hmac_sha1($text, $key), '')];
    return 'OAuth ' . join ', ', map { $_->[0] . '="' . $escape->($_->[1]) . '"' } @oauth;
}
