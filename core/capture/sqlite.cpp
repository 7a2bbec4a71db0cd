#include "core/capture/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace sluice::sqlite {

namespace {

CaptureFailure kindOfSystemError(int systemError)
{
    switch (systemError) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return CaptureFailure::Full;
    case EROFS:
    case EACCES:
    case EPERM: return CaptureFailure::ReadOnly;
    case ENOENT:
    case ENOTDIR: return CaptureFailure::NotFound;
    default: return CaptureFailure::Other;
    }
}

CaptureFailure kindOf(int code, int systemError)
{
    switch (code & 0xff) {
    case SQLITE_FULL: return CaptureFailure::Full;
    case SQLITE_READONLY:
    case SQLITE_PERM: return CaptureFailure::ReadOnly;
    case SQLITE_CORRUPT: return CaptureFailure::Corrupt;
    case SQLITE_NOTADB: return CaptureFailure::Foreign;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return CaptureFailure::Busy;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: return kindOfSystemError(systemError);
    default: return CaptureFailure::Other;
    }
}

/// What the system said to the call that failed; 0 when it is not known.
int systemErrorOf(sqlite3* handle, int code)
{
    if (handle == nullptr)
        return 0;
    int error = sqlite3_system_errno(handle);
    if (error != 0 || (code & 0xff) != SQLITE_IOERR)
        return error;
    // A COMMIT does not tell; its files remember.
    sqlite3_file* log = nullptr;
    if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK
        && log != nullptr && log->pMethods != nullptr)
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
    if (error == 0)
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

CaptureError errorOf(sqlite3* handle, int code, const std::string& path)
{
    const int systemError = systemErrorOf(handle, code);
    const CaptureFailure kind = kindOf(code, systemError);
    std::string text = path + ": ";
    switch (kind) {
    case CaptureFailure::Full: text += "no space left; free some, or lower the capture's size limit"; break;
    case CaptureFailure::ReadOnly:
        text += "the file or its folder is not writable; choose another place or change the permissions";
        break;
    case CaptureFailure::Corrupt: text += "the file is damaged; `sluice capture verify` says where"; break;
    case CaptureFailure::Foreign: text += "this is not a Sluice capture; it was not touched"; break;
    case CaptureFailure::Busy: text += "another program holds a lock on the file; try again"; break;
    case CaptureFailure::NotFound: text += "no such file or folder"; break;
    default:
        text += handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
        if (systemError != 0)
            text.append(" (").append(std::strerror(systemError)).append(")");
    }
    return {kind, std::move(text)};
}

int reportPages(void* target, sqlite3* /*handle*/, const char* /*name*/, int pages)
{
    static_cast<LogPages*>(target)->set(pages);
    return SQLITE_OK;
}

} // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

// A bind can only fail for a wrong index (our mistake) or a value beyond SQLite's limits; then the step
// fails, since the parameter stays NULL and every column of the schema that is bound is NOT NULL.
void Statement::bind(int index, std::int64_t value)
{
    sqlite3_bind_int64(m_statement.get(), index, value);
}

void Statement::bindText(int index, std::string_view text)
{
    sqlite3_bind_text64(
        m_statement.get(), index, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bindBlob(int index, std::string_view bytes)
{
    sqlite3_bind_blob64(
        m_statement.get(), index, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
}

void Statement::bindNull(int index)
{
    sqlite3_bind_null(m_statement.get(), index);
}

Result<bool, CaptureError> Statement::step()
{
    const int code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE) {
        sqlite3_reset(m_statement.get());
        return false;
    }
    CaptureError error = errorOf(sqlite3_db_handle(m_statement.get()), code, *m_path);
    sqlite3_reset(m_statement.get());
    return fail(std::move(error));
}

Result<void, CaptureError> Statement::run()
{
    for (;;) {
        SLUICE_TRY_AS(const bool row, step());
        if (!row)
            return {};
    }
}

void Statement::reset()
{
    sqlite3_reset(m_statement.get());
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

std::string_view Statement::text(int column) const
{
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(m_statement.get(), column));
    return bytes == nullptr
        ? std::string_view()
        : std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column)));
}

std::string_view Statement::blob(int column) const
{
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(m_statement.get(), column));
    return bytes == nullptr
        ? std::string_view()
        : std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column)));
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* handle) const
{
    sqlite3_close_v2(handle);
}

Result<Database, CaptureError> Database::open(const std::string& path, Access access)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (access) {
    case Access::ReadOnly: flags |= SQLITE_OPEN_READONLY; break;
    case Access::ReadWrite: flags |= SQLITE_OPEN_READWRITE; break;
    case Access::Create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    }
    Database database;
    *database.m_path = path;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    database.m_handle.reset(handle);
    if (code != SQLITE_OK)
        return fail(errorOf(handle, code, path));
    // SQLite opens a file read-only by itself when it must; that is not what was asked for.
    if (access != Access::ReadOnly && sqlite3_db_readonly(handle, "main") == 1)
        return fail(errorOf(handle, SQLITE_READONLY, path));
    sqlite3_busy_timeout(handle, 1000);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_wal_autocheckpoint(handle, 0);
    return database;
}

Result<void, CaptureError> Database::run(const std::string& sql)
{
    const int code = sqlite3_exec(m_handle.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return fail(errorOf(m_handle.get(), code, *m_path));
    return {};
}

Result<std::int64_t, CaptureError> Database::number(const std::string& sql)
{
    SLUICE_TRY_AS(Statement statement, prepare(sql));
    SLUICE_TRY(statement.step());
    return statement.integer(0);
}

Result<std::string, CaptureError> Database::text(const std::string& sql)
{
    SLUICE_TRY_AS(Statement statement, prepare(sql));
    SLUICE_TRY(statement.step());
    return std::string(statement.text(0));
}

Result<std::optional<FileHeader>, CaptureError> Database::header()
{
    // Past the pager: it would judge the page count, which is wrong when a checkpoint was interrupted and the
    // log still has the truth; and it would make side files.
    constexpr std::size_t kHeaderBytes = 100;
    constexpr std::string_view kMagic("SQLite format 3", 16);
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(m_handle.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK
        || file == nullptr || file->pMethods == nullptr)
        return fail(errorOf(m_handle.get(), SQLITE_CANTOPEN, *m_path));
    unsigned char bytes[kHeaderBytes] = {};
    const int code = file->pMethods->xRead(file, bytes, kHeaderBytes, 0);
    if (code == SQLITE_IOERR_SHORT_READ
        || (code == SQLITE_OK && std::memcmp(bytes, kMagic.data(), kMagic.size()) != 0))
        return std::optional<FileHeader>();
    if (code != SQLITE_OK)
        return fail(errorOf(m_handle.get(), code, *m_path));
    const auto bigEndian = [&](std::size_t at) {
        return std::uint32_t(bytes[at]) << 24U | std::uint32_t(bytes[at + 1]) << 16U
            | std::uint32_t(bytes[at + 2]) << 8U | std::uint32_t(bytes[at + 3]);
    };
    return std::optional<FileHeader>(FileHeader{bigEndian(68), bigEndian(60)});
}

Result<Statement, CaptureError> Database::prepare(std::string_view sql)
{
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(m_handle.get(), sql.data(), static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    Statement statement;
    statement.m_statement.reset(handle);
    statement.m_path = m_path.get();
    if (code != SQLITE_OK)
        return fail(errorOf(m_handle.get(), code, *m_path));
    return statement;
}

std::int64_t Database::rowsChanged() const
{
    return sqlite3_changes64(m_handle.get());
}

void Database::rollback()
{
    if (sqlite3_get_autocommit(m_handle.get()) == 0)
        sqlite3_exec(m_handle.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Database::setBusyTimeout(int milliseconds)
{
    sqlite3_busy_timeout(m_handle.get(), milliseconds);
}

void Database::reportLogPages(LogPages& pages)
{
    sqlite3_wal_hook(m_handle.get(), reportPages, &pages);
}

Result<CheckpointState, CaptureError> Database::checkpoint(CheckpointMode mode)
{
    int sqliteMode = SQLITE_CHECKPOINT_PASSIVE;
    if (mode == CheckpointMode::Restart)
        sqliteMode = SQLITE_CHECKPOINT_RESTART;
    if (mode == CheckpointMode::Truncate)
        sqliteMode = SQLITE_CHECKPOINT_TRUNCATE;
    CheckpointState state;
    const int code = sqlite3_wal_checkpoint_v2(
        m_handle.get(), "main", sqliteMode, &state.framesInLog, &state.framesCopied);
    if (code != SQLITE_OK)
        return fail(errorOf(m_handle.get(), code, *m_path));
    return state;
}

void Database::close()
{
    m_handle.reset();
}

void Backup::Finish::operator()(void* backup) const
{
    sqlite3_backup_finish(static_cast<sqlite3_backup*>(backup));
}

Result<Backup, CaptureError> Backup::start(Database& from, Database& to)
{
    Backup backup;
    backup.m_to = &to;
    backup.m_backup.reset(sqlite3_backup_init(to.m_handle.get(), "main", from.m_handle.get(), "main"));
    if (backup.m_backup == nullptr)
        return fail(errorOf(to.m_handle.get(), sqlite3_extended_errcode(to.m_handle.get()), *to.m_path));
    return backup;
}

Result<bool, CaptureError> Backup::step(int pages)
{
    const int code = sqlite3_backup_step(static_cast<sqlite3_backup*>(m_backup.get()), pages);
    if (code == SQLITE_DONE)
        return true;
    if (code == SQLITE_OK)
        return false;
    return fail(errorOf(m_to->m_handle.get(), code, *m_to->m_path));
}

Result<Transaction, CaptureError> Transaction::read(Database& database)
{
    SLUICE_TRY(database.run("BEGIN"));
    return Transaction(database);
}

Result<Transaction, CaptureError> Transaction::write(Database& database)
{
    SLUICE_TRY(database.run("BEGIN IMMEDIATE"));
    return Transaction(database);
}

Transaction::~Transaction()
{
    if (m_database != nullptr)
        m_database->rollback();
}

Result<void, CaptureError> Transaction::commit()
{
    SLUICE_TRY(m_database->run("COMMIT"));
    m_database = nullptr;
    return {};
}

} // namespace sluice::sqlite
