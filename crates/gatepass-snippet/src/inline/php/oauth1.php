// Signs a request by OAuth 1.0a with HMAC-SHA1 (RFC 5849) and returns its Authorization header.
function oauth1(string $method, string $url, array $form, string $consumerKey, string $consumerSecret, string $token = '', string $tokenSecret = ''): string
{
    $oauth = [
        ['oauth_consumer_key', $consumerKey],
        ['oauth_nonce', bin2hex(random_bytes(16))],
        ['oauth_signature_method', 'HMAC-SHA1'],
        ['oauth_timestamp', (string) time()],
        ['oauth_version', '1.0'],
    ];
    if ($token !== '') {
        $oauth[] = ['oauth_token', $token];
    }
    [$base, $query] = explode('?', $url, 2) + [1 => ''];
    $pairs = array_map(fn ($pair) => array_map('urldecode', explode('=', $pair, 2) + [1 => '']), array_filter(explode('&', $query), 'strlen'));
    $pairs = array_map(fn ($pair) => array_map('rawurlencode', $pair), [...$oauth, ...$pairs, ...$form]);
    usort($pairs, fn ($a, $b) => strcmp($a[0], $b[0]) ?: strcmp($a[1], $b[1]));
    $normal = implode('&', array_map(fn ($pair) => "$pair[0]=$pair[1]", $pairs));
    $text = implode('&', array_map('rawurlencode', [$method, $base, $normal]));
    $key = rawurlencode($consumerSecret) . '&' . rawurlencode($tokenSecret);
    $oauth[] = ['oauth_signature', base64_encode(hash_hmac('sha1', $text, $key, true))];
    return 'OAuth ' . implode(', ', array_map(fn ($pair) => "$pair[0]=\"" . rawurlencode($pair[1]) . '"', $oauth));
}
