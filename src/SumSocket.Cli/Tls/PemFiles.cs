using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SumSocket.Cli.Tls;

/// <summary>Reads certificates and keys from files in PEM (RFC 7468). What is wrong with one is said with the option that named
/// it.</summary>
internal static class PemFiles
{
    /// <summary>A certificate with its private key, and the certificates that follow it in its file.</summary>
    /// <exception cref="CommandFailedException">A file cannot be read or is not what it should be.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Intermediates) ReadCertificate(
        string certificateFile, string keyFile)
    {
        OpenSsl.ThrowIfMissing();
        X509Certificate2Collection all = ReadCertificates("--tls-cert", certificateFile);
        using X509Certificate2 leaf = all[0];
        all.RemoveAt(0);
        string key = Read("--tls-key", keyFile);
        if (!HasPrivateKey(key, out bool isEncrypted))
            throw Wrong("--tls-key", keyFile, isEncrypted ? "is encrypted: give one without a passphrase" : "holds no private key in PEM");
        try
        {
            return (Usable(X509Certificate2.CreateFromPem(leaf.ExportCertificatePem(), key)), all);
        }
        catch (PlatformNotSupportedException)
        {
            throw Wrong("--tls-key", keyFile, "is of a kind that this system does not know");
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw Wrong("--tls-key", keyFile, $"is not the key of the certificate in '{Printable.Text(certificateFile)}'");
        }
    }

    /// <summary>All certificates of a file, at least one.</summary>
    /// <exception cref="CommandFailedException">The file cannot be read or holds none.</exception>
    public static X509Certificate2Collection ReadCertificates(string option, string file)
    {
        OpenSsl.ThrowIfMissing();
        var certificates = new X509Certificate2Collection();
        string text = Read(option, file);
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            throw Wrong(option, file, "holds a certificate that cannot be read");
        }

        return certificates.Count > 0 ? certificates : throw Wrong(option, file, "holds no certificate in PEM");
    }

    /// <summary>Windows can use a key for TLS only once it has been stored.</summary>
    public static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
            return certificate;
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static bool HasPrivateKey(ReadOnlySpan<char> text, out bool isEncrypted)
    {
        isEncrypted = false;
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            ReadOnlySpan<char> label = text[fields.Label];
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                return !(isEncrypted = label.StartsWith("ENCRYPTED", StringComparison.Ordinal));
            text = text[fields.Location.End..];
        }

        return false;
    }

    private static string Read(string option, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string why = failure is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read";
            throw Wrong(option, file, why);
        }
    }

    private static CommandFailedException Wrong(string option, string file, string why) =>
        new(ExitCode.Usage, $"{option}: '{Printable.Text(file)}' {why}");
}
