using System.CommandLine.Parsing;
using System.Security.Cryptography.X509Certificates;
using SumSocket.Cli.Tls;
using SumSocket.Server.Tcp;

namespace SumSocket.Apps;

/// <summary>The options of TLS.</summary>
internal sealed class ServerTlsOptions
{
    private readonly Option<string?> _certificate = CliOption.File(
        "--tls-cert", [],
        "Speaks TLS 1.3 and 1.2, with the first certificate in this file (PEM); those behind it are sent too; read again on SIGHUP");
    private readonly Option<string?> _key = CliOption.File(
        "--tls-key", [], "The private key of --tls-cert (PEM, without a passphrase); read again on SIGHUP");
    private readonly Option<string?> _clientAuthorities = CliOption.File(
        "--tls-client-ca", [], "Serves only clients with a certificate of an authority in this file (PEM)");

    public IReadOnlyList<Option> All => [_certificate, _key, _clientAuthorities];

    public void Validate(CommandResult result)
    {
        bool hasCertificate = CliOption.IsGiven(result, _certificate), hasKey = CliOption.IsGiven(result, _key);
        if (hasCertificate != hasKey)
            result.AddError(hasCertificate ? "--tls-cert: needs its key: give --tls-key" : "--tls-key: give --tls-cert too");
        else if (!hasCertificate && CliOption.IsGiven(result, _clientAuthorities))
            result.AddError("--tls-client-ca: needs TLS: give --tls-cert and --tls-key");
    }

    /// <summary>What they mean to the library; null without TLS.</summary>
    /// <exception cref="CommandFailedException">A file cannot be read or is not what it should be.</exception>
    public TlsServerOptions? Bind(ParseResult parsed) => parsed.GetValue(_certificate) is null ? null : Read(parsed);

    /// <summary>What reads the certificate again.</summary>
    public CertificateReload ReloadFor(SumTcpServer server, ParseResult parsed, ILogger log) =>
        new(server, () => ReadCertificate(parsed), log);

    /// <summary>The certificate and those between it and its root, as their files are now.</summary>
    private (X509Certificate2 Certificate, X509Certificate2Collection Intermediates) ReadCertificate(ParseResult parsed) =>
        PemFiles.ReadCertificate(parsed.GetValue(_certificate)!, parsed.GetValue(_key)!);

    private TlsServerOptions Read(ParseResult parsed)
    {
        (X509Certificate2 certificate, X509Certificate2Collection intermediates) = ReadCertificate(parsed);
        return new TlsServerOptions
        {
            Certificate = certificate,
            Intermediates = intermediates,
            ClientAuthorities = parsed.GetValue(_clientAuthorities) is { } file ? PemFiles.ReadCertificates("--tls-client-ca", file) : null,
        };
    }
}
