/** Trusts the authorities of a file in PEM. */
static X509TrustManager trusting(String file) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(Path.of(file))) {
        int number = 0;
        for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
            store.setCertificateEntry("authority" + number++, authority);
        }
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
}
