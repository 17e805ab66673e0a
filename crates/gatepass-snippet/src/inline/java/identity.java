/** Shows a certificate with its key, both in PEM, the key in PKCS #8. */
static KeyManager[] identity(String certificateFile, String keyFile) throws Exception {
    Collection<? extends Certificate> chain;
    try (InputStream in = Files.newInputStream(Path.of(certificateFile))) {
        chain = CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
    String pem = Files.readString(Path.of(keyFile)).replaceAll("(?s).*-----BEGIN PRIVATE KEY-----(.*?)-----END.*", "$1");
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem));
    String algorithm = chain.iterator().next().getPublicKey().getAlgorithm();
    PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(encoded);
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry("client", key, new char[0], chain.toArray(new Certificate[0]));
    KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
}
