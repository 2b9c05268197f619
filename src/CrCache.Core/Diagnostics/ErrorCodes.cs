namespace CrCache.Diagnostics;

/// <summary>
/// Every code that crcache reports; docs/errors.md explains each one. 1xxx: the engine. 2xxx: what the user wrote.
/// 3xxx: checkpoint and restore. 4xxx: the store and registries. 9xxx: a defect of crcache. The thin clients report 5xxx and some of
/// 2xxx themselves.
/// </summary>
public static class ErrorCodes
{
    /// <summary>No engine could be found or reached.</summary>
    public const string NoEngine = "CRC1001";

    /// <summary>The engine answered a call with an error that no other code covers.</summary>
    public const string EngineCallFailed = "CRC1002";

    /// <summary>The engine's address is of a kind that is not supported.</summary>
    public const string UnsupportedEndpoint = "CRC1003";

    /// <summary>An image is neither on the engine nor can it be pulled.</summary>
    public const string ImageNotFound = "CRC1004";

    /// <summary>The engine does not know the runtime <c>crcache</c>.</summary>
    public const string RuntimeNotRegistered = "CRC1005";

    /// <summary>The runtime is registered, but it cannot dump or restore a process.</summary>
    public const string RuntimeNotWorking = "CRC1006";

    /// <summary>The runtime could not be registered with the engine.</summary>
    public const string RuntimeNotConfigured = "CRC1007";

    /// <summary>An image could not be built from its Dockerfile.</summary>
    public const string ImageNotBuilt = "CRC1008";

    /// <summary>The credentials of a registry could not be had.</summary>
    public const string NoCredentials = "CRC1009";

    /// <summary>The engine is on another machine, whose published ports are not this machine's.</summary>
    public const string EngineElsewhere = "CRC1010";

    /// <summary>The name of an item, or of one of its ports, cannot be part of a variable's name.</summary>
    public const string BadName = "CRC2002";

    /// <summary>Neither a preset of that name nor an image is given.</summary>
    public const string UnknownPreset = "CRC2003";

    /// <summary>An item's metadata has an unknown name.</summary>
    public const string UnknownMetadata = "CRC2004";

    /// <summary>An item's metadata has a value that cannot be used.</summary>
    public const string BadMetadata = "CRC2005";

    /// <summary>A preset's file cannot be read, or is somebody else's.</summary>
    public const string BrokenPreset = "CRC2006";

    /// <summary>An item file or a checkpoint file cannot be read.</summary>
    public const string UnreadableFile = "CRC2007";

    /// <summary>The command of <c>crcache run</c> cannot be started.</summary>
    public const string CommandNotStarted = "CRC2008";

    /// <summary>A connection string's template is malformed.</summary>
    public const string MalformedTemplate = "CRC2009";

    /// <summary>A repository of a registry is not named as it must be.</summary>
    public const string BadRegistry = "CRC2010";

    /// <summary>What is to be done with a registry is none of what can be done.</summary>
    public const string BadRegistryMode = "CRC2011";

    /// <summary>A command needs a registry, and none is named.</summary>
    public const string NoRegistry = "CRC2012";

    /// <summary>A key by which archives are signed is none.</summary>
    public const string BadRegistryKey = "CRC2013";

    /// <summary>The container ended before it was ready.</summary>
    public const string ContainerEnded = "CRC3001";

    /// <summary>The container was not ready in time.</summary>
    public const string NotReady = "CRC3002";

    /// <summary>The memory of a container could not be dumped.</summary>
    public const string DumpFailed = "CRC3003";

    /// <summary>A checkpoint could not be restored.</summary>
    public const string RestoreFailed = "CRC3004";

    /// <summary>A set-up file failed.</summary>
    public const string SetupFailed = "CRC3006";

    /// <summary>A set-up file did not end in time.</summary>
    public const string SetupTimedOut = "CRC3007";

    /// <summary>A checkpoint's file is damaged, cut off, or not one.</summary>
    public const string BrokenArchive = "CRC3008";

    /// <summary>A server did not stop in time when it was asked to, so its files cannot be used without its memory.</summary>
    public const string NotStopped = "CRC3009";

    /// <summary>The processes in a dump have, or could get, more than a container of the item has.</summary>
    public const string MemoryRefused = "CRC3010";

    /// <summary>After a way of bringing it back, a checkpoint's <c>Verify</c> command says something else than after the set-up.</summary>
    public const string StateDiffers = "CRC3016";

    /// <summary>A <c>Verify</c> command failed right after the set-up.</summary>
    public const string VerifyFailed = "CRC3017";

    /// <summary>A start from the files may lack what the set-up files have made, and nothing proves that it does not.</summary>
    public const string FilesMayLose = "CRC3018";

    /// <summary>The store's directory cannot be used.</summary>
    public const string StoreUnusable = "CRC4001";

    /// <summary>Nothing has the name that was asked for: no checkpoint in the store, or no running container.</summary>
    public const string NothingOfThatName = "CRC4002";

    /// <summary>A checkpoint cannot be removed, because a container that was restored from it is there.</summary>
    public const string CheckpointInUse = "CRC4003";

    /// <summary>A registry does not answer: it is down, or this machine is offline.</summary>
    public const string RegistryUnreachable = "CRC4004";

    /// <summary>A registry denies access.</summary>
    public const string RegistryDenied = "CRC4005";

    /// <summary>A registry answered a call with an error that no other code covers.</summary>
    public const string RegistryCallFailed = "CRC4006";

    /// <summary>What a registry has is not what was pushed, or not a checkpoint.</summary>
    public const string RegistryContentWrong = "CRC4007";

    /// <summary>A registry's certificate is not trusted, or it is not reached by HTTPS.</summary>
    public const string RegistryNotTrusted = "CRC4008";

    /// <summary>The disk of the store is full.</summary>
    public const string StoreFull = "CRC4010";

    /// <summary>The size that the store may have is no size.</summary>
    public const string BadStoreSize = "CRC4011";

    /// <summary>An archive in the store is not what was added.</summary>
    public const string ArchiveBroken = "CRC4012";

    /// <summary>A checkpoint's memory comes from elsewhere, and nobody who is trusted has signed it.</summary>
    public const string MemoryNotAuthentic = "CRC4013";

    /// <summary>There is no place for the socket of a lease that only this user can enter.</summary>
    public const string LeaseSocketUnusable = "CRC5008";

    /// <summary>Something has failed that nobody has foreseen.</summary>
    public const string Defect = "CRC9001";
}
